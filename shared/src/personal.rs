//! Personal data in what a citizen writes, to be noticed before it is sent.
//!
//! What is found is what machines can tell with little doubt: numbers with a check digit or a fixed
//! shape, addresses of e-mail, number plates. Names and streets are not among it, so nobody may take
//! a text without findings for a text without personal data.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use crate::language::Language;

/// What kind of personal data it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A citizen's identity number of 18 characters (GB 11643-1999).
    IdNumber,
    /// A mobile telephone number of mainland China.
    Mobile,
    /// A telephone number with its area code.
    Landline,
    /// The number of a bank card (ISO/IEC 7812-1).
    BankCard,
    /// An address of e-mail.
    Email,
    /// A vehicle's number plate (GA 36-2018).
    Plate,
}

impl Kind {
    /// Returns the word shown to people.
    pub const fn word(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::Zh, Self::IdNumber) => "身份证号",
            (Language::Zh, Self::Mobile) => "手机号",
            (Language::Zh, Self::Landline) => "电话号码",
            (Language::Zh, Self::BankCard) => "银行卡号",
            (Language::Zh, Self::Email) => "电子邮箱",
            (Language::Zh, Self::Plate) => "车牌号",
            (Language::En, Self::IdNumber) => "an ID number",
            (Language::En, Self::Mobile) => "a mobile number",
            (Language::En, Self::Landline) => "a telephone number",
            (Language::En, Self::BankCard) => "a bank card number",
            (Language::En, Self::Email) => "an e-mail address",
            (Language::En, Self::Plate) => "a number plate",
        }
    }
}

/// Personal data at a place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, in characters.
    pub at: Range<usize>,
}

/// Returns the personal data in a text, from its beginning to its end; none overlaps another.
pub fn find(text: &str) -> Vec<Found> {
    let signs: Vec<char> = text.chars().map(narrow).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest @ [first, ..]) = signs.get(at..) {
        let here = if first.is_ascii_digit() {
            number(rest)
        } else {
            plate(rest)
        };
        at += match here.or_else(|| email(rest)) {
            Some((kind, length)) => {
                let at = at..at + length;
                found.push(Found { kind, at });
                length
            }
            // None is looked for in a part of a longer number.
            None => digits_of(rest).max(1),
        };
    }
    found
}

/// Returns the text with the word for it, in brackets, in place of each piece of personal data, so
/// that the text can be read and the data cannot.
///
/// The word is English in a text of Latin letters without Chinese ones, else Chinese.
pub fn mask(text: &str) -> Cow<'_, str> {
    let found = find(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut signs = text.chars();
    let mut at = 0;
    let mut between = Vec::new();
    for Found { at: place, .. } in &found {
        between.push(signs.by_ref().take(place.start - at).collect::<String>());
        signs.by_ref().take(place.len()).for_each(drop);
        at = place.end;
    }
    between.push(signs.collect());
    let any = |is: fn(char) -> bool| between.iter().any(|text| text.chars().any(is));
    let is_english = any(|sign| sign.is_ascii_alphabetic())
        && !any(|sign| matches!(sign, '\u{3400}'..='\u{9fff}' | '\u{20000}'..));
    let (language, open, close) = if is_english {
        (Language::En, '[', ']')
    } else {
        (Language::Zh, '［', '］')
    };
    let mut masked = String::new();
    let mut kinds = found.iter().map(|found| found.kind);
    for text in between {
        masked += &text;
        if let Some(kind) = kinds.next() {
            masked.push(open);
            masked += kind.word(language);
            masked.push(close);
        }
    }
    Cow::Owned(masked)
}

/// Returns the narrow form of the wide signs of a Chinese keyboard.
fn narrow(sign: char) -> char {
    match sign {
        // Wide signs stand in the order of the narrow ones.
        '０'..='９' => char::from_u32(u32::from(sign) - 0xFEE0).unwrap_or(sign),
        '＠' => '@',
        _ => sign,
    }
}

/// Returns how many digits the signs begin with.
fn digits_of(signs: &[char]) -> usize {
    let mut length = 0;
    while signs.get(length).is_some_and(char::is_ascii_digit) {
        length += 1;
    }
    length
}

/// Returns how long a number is that the signs begin with.
///
/// People write them in groups with one or two signs between. As many groups as make a number are
/// taken, so that none is found in a part of a longer one.
fn number(signs: &[char]) -> Option<(Kind, usize)> {
    let mut digits = Vec::new();
    let mut found = None;
    let mut end = 0;
    while digits.len() < 24 {
        let group = digits_of(&signs[end..]);
        if group == 0 {
            break;
        }
        for digit in &signs[end..end + group] {
            digits.push(u32::from(*digit) - u32::from('0'));
        }
        end += group;
        if let (17, Some('x' | 'X')) = (digits.len(), signs.get(end)) {
            digits.push(10);
            end += 1;
        }
        if let Some(kind) = kind_of(&digits) {
            found = Some((kind, end));
        }
        for _ in 0..2 {
            if let Some(' ' | '-' | '－' | '‑' | ')' | '）') = signs.get(end) {
                end += 1;
            }
        }
    }
    found
}

/// Returns what kind of number these digits are; 10 stands for the X of an identity number.
fn kind_of(digits: &[u32]) -> Option<Kind> {
    if is_id_number(digits) {
        Some(Kind::IdNumber)
    } else if is_mobile(digits) {
        Some(Kind::Mobile)
    } else if is_landline(digits) {
        Some(Kind::Landline)
    } else if is_bank_card(digits) {
        Some(Kind::BankCard)
    } else {
        None
    }
}

/// Province, date of birth, and the check digit by ISO 7064, MOD 11-2.
fn is_id_number(digits: &[u32]) -> bool {
    const WEIGHTS: [u32; 18] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
    if digits.len() != WEIGHTS.len() {
        return false;
    }
    let mut sum = 0;
    for place in 0..WEIGHTS.len() {
        sum += digits[place] * WEIGHTS[place];
    }
    let two = |place: usize| digits[place] * 10 + digits[place + 1];
    sum % 11 == 1
        && matches!(two(0), 11..=91)
        && matches!(two(6), 19 | 20)
        && matches!(two(10), 1..=12)
        && matches!(two(12), 1..=31)
}

fn is_mobile(digits: &[u32]) -> bool {
    let national = match digits {
        [0, 0, 8, 6, rest @ ..] | [8, 6, rest @ ..] if rest.len() == 11 => rest,
        _ => digits,
    };
    national.len() == 11 && national[0] == 1 && national[1] >= 3
}

/// An area code of three or four digits with its 0, and seven or eight digits that begin with 2 to
/// 9; three digits are the area code of a great city, where all numbers have eight.
fn is_landline(digits: &[u32]) -> bool {
    match digits {
        [0, 1 | 2, _, local, ..] => *local >= 2 && digits.len() == 11,
        [0, 3..=9, _, _, local, ..] => *local >= 2 && matches!(digits.len(), 11 | 12),
        _ => false,
    }
}

/// Fifteen to nineteen digits whose last one checks the others (ISO/IEC 7812-1, annex B: Luhn).
fn is_bank_card(digits: &[u32]) -> bool {
    if !matches!((digits.len(), digits.first()), (15..=19, Some(3..=6 | 9))) {
        return false;
    }
    let mut sum = 0;
    let mut differ = false;
    let mut double = false;
    for digit in digits.iter().rev() {
        sum += if double {
            digit / 5 + digit * 2 % 10
        } else {
            *digit
        };
        double = !double;
        differ |= *digit != digits[0];
    }
    differ && sum.is_multiple_of(10)
}

/// Returns how long an address is that the signs begin with, as people write them (RFC 5321 allows
/// more): up to 64 letters, digits and `._%+-`, then `@`, then names with a dot between them, of
/// which the last has at least two letters.
fn email(signs: &[char]) -> Option<(Kind, usize)> {
    let sign = |at: usize| signs.get(at).copied().unwrap_or(' ');
    let mut at = 0;
    while at < 64
        && (sign(at).is_ascii_alphanumeric() || matches!(sign(at), '.' | '_' | '%' | '+' | '-'))
    {
        at += 1;
    }
    if at == 0 || sign(at) != '@' {
        return None;
    }
    let (mut end, mut letters, mut dots) = (0, 0, 0);
    loop {
        at += 1;
        match sign(at) {
            'a'..='z' | 'A'..='Z' => letters += 1,
            '0'..='9' | '-' => letters = 0,
            '.' => {
                // No name is empty.
                if matches!(sign(at - 1), '@' | '.') {
                    break;
                }
                (letters, dots) = (0, dots + 1);
                continue;
            }
            _ => break,
        }
        if dots > 0 && letters >= 2 {
            end = at + 1;
        }
    }
    (end > 0).then_some((Kind::Email, end))
}

/// Returns how long a number plate is that the signs begin with: a province, a letter for its city,
/// and five signs, or six for a vehicle of new energy; the letters I and O are in none of them.
fn plate(signs: &[char]) -> Option<(Kind, usize)> {
    const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
    let sign = |at: usize| signs.get(at).copied().unwrap_or(' ');
    let is_letter =
        |sign: char| sign.is_ascii_alphabetic() && !matches!(sign, 'I' | 'O' | 'i' | 'o');
    if !is_letter(sign(1)) || !PROVINCES.chars().any(|province| province == signs[0]) {
        return None;
    }
    let start = match sign(2) {
        '·' | '•' | ' ' | '-' => 3,
        _ => 2,
    };
    let (mut end, mut digits) = (start, 0);
    loop {
        if sign(end).is_ascii_digit() {
            digits += 1;
        } else if !is_letter(sign(end)) {
            break;
        }
        end += 1;
    }
    if end - start == 4 && matches!(sign(end), '挂' | '学' | '警' | '港' | '澳') {
        end += 1;
    }
    // At most two letters in five signs; a word behind the name of a province has more.
    (matches!(end - start, 5 | 6) && digits >= 3).then_some((Kind::Plate, end))
}
