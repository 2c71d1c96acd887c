//! What is taken for personal data, what is not, and what is left of a text without it.

use super::*;

fn all(text: &str) -> Vec<(Kind, String)> {
    (find(text).into_iter())
        .map(|Found { kind, at }| (kind, text.chars().skip(at.start).take(at.len()).collect()))
        .collect()
}

#[test]
fn each_kind_is_found_where_it_stands() {
    for (text, kind, found) in [
        (
            "我的身份证11010519491231002X。",
            Kind::IdNumber,
            "11010519491231002X",
        ),
        (
            "证号：110105 19491231 002x",
            Kind::IdNumber,
            "110105 19491231 002x",
        ),
        ("请打13812345678", Kind::Mobile, "13812345678"),
        ("手机 138-1234-5678 张", Kind::Mobile, "138-1234-5678"),
        ("＋86 13812345678", Kind::Mobile, "86 13812345678"),
        (
            "１３８１２３４５６７８",
            Kind::Mobile,
            "１３８１２３４５６７８",
        ),
        ("电话010-51236699转", Kind::Landline, "010-51236699"),
        ("(0755) 81234567", Kind::Landline, "0755) 81234567"),
        ("(0571)81234567", Kind::Landline, "0571)81234567"),
        (
            "卡号6222 0202 0000 0000 006",
            Kind::BankCard,
            "6222 0202 0000 0000 006",
        ),
        ("4111111111111111", Kind::BankCard, "4111111111111111"),
        (
            "写信到 li.hua+1@mail.example.cn。",
            Kind::Email,
            "li.hua+1@mail.example.cn",
        ),
        ("a＠b.cn", Kind::Email, "a＠b.cn"),
        ("车牌京A12345停", Kind::Plate, "京A12345"),
        ("粤B·D12345", Kind::Plate, "粤B·D12345"),
        ("苏e·1234学", Kind::Plate, "苏e·1234学"),
    ] {
        assert_eq!(all(text), [(kind, found.to_owned())], "{text}");
    }
}

#[test]
fn what_only_looks_like_it_is_left_alone() {
    for text in [
        "11010519491231002Y",
        "110105194912310021",
        "110105194913310021",
        "2026-11-24 9:30",
        "2026-11-24 15 30 00",
        "案号 20261124000123",
        "等了138分钟，排在12345号",
        "138123456789012",
        "4111111111111112",
        "8888888888888888",
        "12345热线",
        "400-810-8888",
        "微博@政务服务",
        "a@b",
        "@example.cn",
        "x@.cn",
        "云A股大跌",
        "新CLASSIC",
        "川A1234",
        "价格9999999999999999元",
    ] {
        assert_eq!(all(text), [], "{text}");
    }
}

#[test]
fn what_is_masked_can_be_read_and_says_what_was_there() {
    for (text, masked) in [
        ("请打13812345678找我", "请打［手机号］找我"),
        ("１３８１２３４５６７８，谢谢", "［手机号］，谢谢"),
        ("手机 138-1234-5678 张", "手机 ［手机号］ 张"),
        ("13812345678", "［手机号］"),
        (
            "证号：110105 19491231 002x，车牌粤B·D12345",
            "证号：［身份证号］，车牌［车牌号］",
        ),
        (
            "卡号6222 0202 0000 0000 006，邮箱a＠b.cn。",
            "卡号［银行卡号］，邮箱［电子邮箱］。",
        ),
        (
            "Call 010-51236699 or write to li@example.cn!",
            "Call [a telephone number] or write to [an e-mail address]!",
        ),
        ("my car 京A12345", "my car [a number plate]"),
        ("一\n13812345678\n二", "一\n［手机号］\n二"),
    ] {
        assert_eq!(mask(text), masked, "{text}");
        assert_eq!(find(masked), [], "{masked}");
    }
}

#[test]
fn a_text_without_any_is_left_as_it_is() {
    for text in [
        "",
        "窗口关了两个，等了138分钟。",
        "案号 20261124000123",
        "12345热线",
    ] {
        assert!(
            matches!(mask(text), Cow::Borrowed(same) if same == text),
            "{text}"
        );
    }
}
