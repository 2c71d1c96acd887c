//! What a refusal says to people, by the name of its problem type: what happened, what was kept, and
//! what to do next.

use huiyin_shared::language::Language;

/// A title and a detail.
type Words = (&'static str, &'static str);

/// Declares the words of each type: in simplified Chinese, then in English.
macro_rules! problems {
    ($($name:literal: $zh:literal, $zh_detail:literal; $en:literal, $en_detail:literal;)*) => {
        const PROBLEMS: &[(&str, Words, Words)] = &[
            $(($name, ($zh, $zh_detail), ($en, $en_detail)),)*
        ];
    };
}

problems! {
    "unknown-department":
        "没有找到这个部门", "系统中没有这个部门，内容未保存。网站管理员请检查 data-department；直接访问本页的，请核对网址，或在回音首页查找部门。";
        "This department is not known", "No department has this name here, and nothing was saved. Webmasters: check data-department. If you came here directly, check the address, or look for the department on Huiyin's first page.";
    "unknown-service":
        "没有这个事项", "该部门没有登记这个事项，内容未保存。网站管理员请检查 data-service，或请系统运维人员先登记该事项。";
        "This service is not known", "The department has no such service here, and nothing was saved. The webmaster should check data-service, or have the operator register the service first.";
    "wrong-edit-key":
        "不能修改他人的评价", "这条评价由其他人创建，修改凭证不符，原评价保持不变。请刷新页面后重新评价。";
        "This rating is somebody else's", "The edit key is not the one it was made with; the rating stays as it is. Reload the page and rate again.";
    "edit-window-closed":
        "修改时间已过", "评价在一小时内可以修改，现在已超过，原评价保持不变。如需补充，请重新评价。";
        "It is too late to change this", "A rating can be changed for one hour; it stays as it is. To add something, rate again.";
    "withdrawn":
        "这条评价已撤回", "您已撤回这条评价，不能再修改，本次内容未保存。如需评价，请刷新页面后重新评价。";
        "This rating was withdrawn", "You took this rating back, so it cannot be changed, and nothing was saved. To rate, reload the page.";
    "different-subject":
        "不能更换评价对象", "同一条评价不能改到其他部门或事项，原评价保持不变。请刷新页面后重新评价。";
        "A rating keeps its department", "One rating cannot move to another department or service; it stays as it is. Reload the page and rate again.";
    "invalid-id":
        "评价编号有误", "id 必须是第 7 版 UUID，内容未保存。请刷新页面后重新评价。";
        "The id is not valid", "The id must be a UUID of version 7. Nothing was saved. Reload the page and rate again.";
    "invalid-edit-key":
        "修改凭证格式有误", "edit_key 必须是 128 位随机数的 base64url 写法（22 个字符），内容未保存。请刷新页面后重新评价。";
        "The edit key is not valid", "edit_key must be 128 random bits as 22 characters of base64url. Nothing was saved. Reload the page and rate again.";
    "invalid-revision":
        "版本号有误", "revision 必须是 1 到 1000 的整数，内容未保存。";
        "The revision is not valid", "revision must be a whole number from 1 to 1000. Nothing was saved.";
    "invalid-department":
        "部门代码格式有误", "部门代码只能含小写字母、数字和连字符，最长 64 个字符，内容未保存。请网站管理员检查 data-department。";
        "The department is not valid", "A department has up to 64 small letters, digits and hyphens. Nothing was saved. The webmaster should check data-department.";
    "invalid-service":
        "事项代码格式有误", "事项代码只能含小写字母、数字和连字符，最长 64 个字符，内容未保存。请网站管理员检查 data-service。";
        "The service is not valid", "A service has up to 64 small letters, digits and hyphens. Nothing was saved. The webmaster should check data-service.";
    "invalid-placement":
        "渠道名称有误", "渠道名称须为 1 到 64 个字符的一行文字，内容未保存。请网站管理员检查 data-placement。";
        "The placement is not valid", "A placement is one line of 1 to 64 characters. Nothing was saved. The webmaster should check data-placement.";
    "invalid-rating":
        "请选择满意度", "评价必须是五个等级之一（1 到 5 的整数），内容未保存。请选择一个等级后提交。";
        "Choose a rating", "The rating must be one of the five grades, a whole number from 1 to 5. Nothing was saved. Choose one and send again.";
    "comment-too-long":
        "意见太长", "意见最多 2000 字，内容未保存。请缩短后重新提交。";
        "The comment is too long", "A comment has at most 2,000 characters. Nothing was saved. Shorten it and send again.";
    "comment-control-characters":
        "意见中有不可见字符", "意见里有不能保存的控制字符，内容未保存。请删去后重新提交，可以换行。";
        "The comment has invisible characters", "The comment holds control characters that cannot be kept. Nothing was saved. Remove them and send again; new lines are fine.";
    "invalid-contact":
        "联系方式有误", "联系方式最多 100 字，写在一行内，内容未保存。请缩短后重试。";
        "The contact is not valid", "Write at most 100 characters on one line. Nothing was saved.";
    "invalid-kind":
        "意见类型有误", "意见类型只能是表扬、建议、咨询或投诉之一（praise、suggestion、question、complaint），内容未保存。";
        "The kind is not valid", "The kind must be praise, suggestion, question or complaint. Nothing was saved.";
    "invalid-drivers":
        "评价项有误", "评价项最多选 8 个，且须是有效代码，内容未保存。";
        "The reasons are not valid", "Choose at most 8 of the reasons offered. Nothing was saved.";
    "invalid-language":
        "语言代码有误", "lang 必须是 zh-Hans、en 这样的语言代码，内容未保存。";
        "The language is not valid", "lang must be a language tag such as zh-Hans or en. Nothing was saved.";
    "invalid-name":
        "名称有误", "名称须为 1 到 200 个字符的一行文字。";
        "The name is not valid", "A name is one line of 1 to 200 characters.";
    "invalid-receipt":
        "查询码格式有误", "查询码共 24 位，由字母和数字组成，每四位一组。请核对后重新输入。";
        "This is no receipt code", "A receipt code has 24 letters and digits in groups of four. Check it and enter it again.";
    "invalid-page":
        "页面地址有误", "page 必须是 http 或 https 网址。";
        "The page is not valid", "page must be an http or https address.";
    "unknown-receipt":
        "查不到这个查询码", "没有评价使用这个查询码。请核对后重新输入；查询码共 24 位，由字母和数字组成。";
        "No feedback has this code", "We could not find this receipt code. Check it and enter it again; it has 24 letters and digits.";
    "one-part":
        "一次只能选一种统计", "service、placement、language、kind、driver、by 这些参数每次只能使用一个。请去掉多余的参数。";
        "One part at a time", "Of service, placement, language, kind, driver and by only one can be given. Leave the others out.";
    "invalid-moment":
        "计数事件有误", "moment 只能是 seen、opened、started、sent 之一，或者不填，没有计数。";
        "No such moment", "moment must be seen, opened, started or sent, or be left out. Nothing was counted.";
    "not-found":
        "页面不存在", "这个网址没有内容。请检查网址，或返回首页。";
        "Nothing is here", "There is no page at this address. Check the address or go back to the start.";
    "method-not-allowed":
        "不支持这种请求方式", "这个网址不支持所用的请求方法，内容未保存。请按接口文档选择方法。";
        "This method is not allowed here", "The address does not take this request method, and nothing was saved. See the interface for the right one.";
    "malformed-json":
        "内容格式有误", "请求正文不是合法的 JSON，内容未保存。请检查格式后重新发送。";
        "The content cannot be read", "The body is not valid JSON, and nothing was saved. Check its form and send it again.";
    "invalid-unicode":
        "文字中有残缺字符", "文字里有不完整的字符（单独的代理项），内容未保存。请删去显示异常的字符后重试。";
        "The text has broken characters", "The text holds half of a character (a lone surrogate), and nothing was saved. Remove what looks odd and try again.";
    "invalid-utf8":
        "文字编码有误", "请求正文不是 UTF-8 编码，内容未保存。请改用 UTF-8 后重新发送。";
        "The text has the wrong encoding", "The body is not UTF-8, and nothing was saved. Send it again as UTF-8.";
    "unsupported-content-type":
        "不支持这种内容类型", "请用 application/json 或 text/plain（UTF-8，不压缩）发送，内容未保存。";
        "This content type is not taken", "Send application/json or text/plain in UTF-8, not compressed. Nothing was saved.";
    "body-too-large":
        "内容太大", "发送的内容超过这里允许的大小，未保存。请缩短意见后重试。";
        "The content is too large", "What was sent is larger than is taken here, and was not saved. Shorten the comment and try again.";
    "incomplete-body":
        "内容没有传完", "请求正文中途中断或格式不完整，内容未保存。请检查网络后重试，不会重复计入。";
        "The content did not arrive whole", "The body broke off or is not framed as it says, and nothing was saved. Check your connection and try again; nothing is counted twice.";
    "query-too-long":
        "网址太长", "网址中问号后的参数超过 4 KiB。请减少参数，或从首页重新进入。";
        "The address is too long", "What follows the question mark is over 4 KiB. Leave parameters out, or start again from the first page.";
    "invalid-period":
        "日期范围有误", "请用 YYYY-MM-DD 填写起止日期，起始不晚于结束，最长十年。";
        "These days are no period", "Give both days as YYYY-MM-DD, the first not after the last, at most ten years apart.";
    "invalid-query":
        "网址参数有误", "网址中的某个参数无法识别。请检查参数，或从首页重新进入。";
        "The address has a wrong parameter", "A parameter in the address cannot be read. Check it, or start again from the first page.";
    "timeout":
        "请求超时", "请求没有在规定时间内完成，内容可能没有保存。请检查网络后重试，不会重复计入。";
        "The request took too long", "The request was not done in time and may not have been saved. Check your connection and try again; nothing is counted twice.";
    "too-often":
        "提交过于频繁", "您所在的网络短时间内提交过多，本次内容未保存。请稍等片刻再试，不会重复计入。";
        "Too much was sent in a short time", "Your network sent too much in a short time, and this was not saved. Wait a moment and try again; nothing is counted twice.";
    "busy":
        "系统繁忙", "系统现在忙不过来，这次请求没有处理，也没有保存任何内容。请过几秒再试，不会重复计入。";
        "Too busy at the moment", "Your request was not handled and nothing was saved. Try again in a few seconds; nothing is counted twice.";
    "unavailable":
        "服务暂不可用", "系统暂时无法保存或读取数据，本次内容可能没有保存。请稍后再试，不会重复计入。";
        "The service cannot answer now", "Data cannot be saved or read at the moment; what you sent may not have been saved. Try again soon; nothing is counted twice.";
    "internal":
        "系统出错", "系统处理请求时出错，错误已记录，本次内容可能没有保存。请稍后再试，不会重复计入。";
        "Something went wrong here", "The request failed on our side, was noted, and may not have been saved. Try again soon; nothing is counted twice.";
}

/// Returns the title and the detail of a problem type.
///
/// # Panics
///
/// Where no type has this name; a test holds every type to having words.
pub(crate) fn words(name: &str, language: Language) -> (&'static str, &'static str) {
    let found = PROBLEMS.iter().find(|(known, ..)| *known == name);
    let (_, zh, en) = found.expect("every problem type has words");
    match language {
        Language::Zh => *zh,
        Language::En => *en,
    }
}
