//! Every sentence of the panel, in each language. A missing one does not compile.

use huiyin_shared::language::Language;

/// The sentences of one language.
#[derive(Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the two constants say best what each is")]
pub struct Phrases {
    pub title: &'static str,
    pub question: &'static str,
    pub received: &'static str,
    pub comment: &'static str,
    pub comment_hint: &'static str,
    pub remaining: [&'static str; 2],
    pub excess: [&'static str; 2],
    pub kind: &'static str,
    pub send: &'static str,
    pub sending: &'static str,
    pub thanks: &'static str,
    pub receipt: &'static str,
    pub receipt_hint: &'static str,
    pub look: &'static str,
    pub change: &'static str,
    pub close: &'static str,
    pub retry: &'static str,
    pub network: &'static str,
    pub refused: &'static str,
    pub too_long: &'static str,
    pub control: &'static str,
}

impl Phrases {
    /// Returns the sentences of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::Zh => &ZH,
            Language::En => &EN,
        }
    }
}

const ZH: Phrases = Phrases {
    title: "服务评价",
    question: "您对这次服务满意吗？",
    received: "您的评价已收到，可以修改或补充。",
    comment: "想说明一下吗？（选填）",
    comment_hint: "请勿填写身份证号、手机号等个人信息。",
    remaining: ["还可以写 ", " 个字。"],
    excess: ["超出 ", " 个字。"],
    kind: "类型（选填）",
    send: "提交",
    sending: "正在提交…",
    thanks: "您的评价已收到，谢谢。",
    receipt: "查询码",
    receipt_hint: "请记下查询码。凭此码可以查看或撤回这条评价，不需要登录。",
    look: "查看这条评价",
    change: "修改评价",
    close: "关闭",
    retry: "重试",
    network: "网络不通，您的评价可能还没有保存。您填写的内容都还在，请重试，不会重复计入。",
    refused: "您的评价可能没有保存，请稍后再试，不会重复计入。",
    too_long: "说明太长了，请删减后再提交。",
    control: "说明里有无法识别的字符，请删除后再提交。",
};

const EN: Phrases = Phrases {
    title: "Rate this service",
    question: "How satisfied are you with this service?",
    received: "Your rating has been received. You can still change it or add to it.",
    comment: "Would you like to say why? (optional)",
    comment_hint: "Please leave out ID numbers, phone numbers and other personal details.",
    remaining: ["You have ", " characters left."],
    excess: ["You have ", " characters too many."],
    kind: "What is it about? (optional)",
    send: "Send",
    sending: "Sending…",
    thanks: "Thank you. Your rating has been received.",
    receipt: "Receipt code",
    receipt_hint: "Keep this code. With it you can see or withdraw your rating, without an account.",
    look: "See your rating",
    change: "Change your rating",
    close: "Close",
    retry: "Try again",
    network: "There is no connection, so your rating may not be saved yet. Nothing you typed is lost; please try again. Nothing is counted twice.",
    refused: "Your rating may not have been saved. Please try again later; nothing is counted twice.",
    too_long: "The comment is too long. Please shorten it and send it again.",
    control: "The comment has characters that cannot be read. Please remove them and send it again.",
};
