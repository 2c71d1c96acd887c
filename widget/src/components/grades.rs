//! The five grades: a group of native radio buttons, each with a word and a face.

use huiyin_shared::rating::Rating;
use yew::{Callback, Html, html};

use crate::components::choice::{self, Input};
use crate::phrases::Phrases;
use crate::state::Action;

/// Shows the scale from good to poor.
pub(crate) fn view(phrases: &Phrases, chosen: Option<Rating>, dispatch: &Callback<Action>) -> Html {
    html! {
        <fieldset class="grades">
            <legend>{ phrases.question() }</legend>
            { for Rating::ALL.map(|grade| choice::view(
                (Input::Radio, "rating"),
                digit(grade).into(),
                chosen == Some(grade),
                dispatch.reform(move |_| Action::Rate(grade)),
                Some(face(grade)),
                (phrases.grade_word(grade), None),
            )) }
        </fieldset>
    }
}

/// Returns the value of the radio button.
const fn digit(grade: Rating) -> &'static str {
    match grade.value() {
        5 => "5",
        4 => "4",
        3 => "3",
        2 => "2",
        _ => "1",
    }
}

/// Draws a face: the outline and the eyes are always the same, only the mouth differs.
const fn face(grade: Rating) -> &'static str {
    macro_rules! with_mouth {
        ($mouth:literal) => {
            concat!(
                "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M9 9.5v1M15 9.5v1",
                $mouth
            )
        };
    }
    match grade.value() {
        5 => with_mouth!("M7.5 13.5q4.5 5.5 9 0"),
        4 => with_mouth!("M8 14.5q4 2.8 8 0"),
        3 => with_mouth!("M8.5 15h7"),
        2 => with_mouth!("M8 16q4-2.8 8 0"),
        _ => with_mouth!("M7.5 17q4.5-5.5 9 0"),
    }
}
