//! What our pages say, once per language; a phrase that is missing does not compile.

use huiyin_shared::language::Language;

/// Declares the phrases with both languages side by side.
macro_rules! phrases {
    ($($name:ident: $zh:literal, $en:literal;)*) => {
        /// The words in one language.
        #[derive(Debug)]
        pub(in crate::pages) struct Phrases {
            $(pub(in crate::pages) $name: &'static str,)*
        }

        const ZH: Phrases = Phrases { $($name: $zh,)* };
        const EN: Phrases = Phrases { $($name: $en,)* };

        /// Returns the words in a language.
        pub(in crate::pages) const fn of(language: Language) -> &'static Phrases {
            match language {
                Language::Zh => &ZH,
                Language::En => &EN,
            }
        }
    };
}

pub(super) use phrases;

phrases! {
    product: "回音", "Huiyin";
    other_language: "English", "中文";
    skip: "跳到主要内容", "Skip to the content";
    home: "全部部门", "All departments";
    footer: "每个数字都注明评价数和 95% 区间；未评价不计为满意。", "Every figure comes with its number of ratings and a 95% interval; silence is never counted as satisfaction.";
    receipt_lookup: "凭查询码查看", "Look up a receipt code";

    departments: "部门满意度", "Satisfaction by department";
    level_of: "下级部门", "Departments below";
    search: "查找部门", "Find a department";
    search_results: "查找结果", "Search results";
    apply: "查看", "Show";
    from: "起始日期", "From";
    to: "结束日期", "To";
    periods: "常用时段", "Common periods";
    last_30_days: "近 30 天", "30 days";
    last_90_days: "近 90 天", "90 days";
    last_year: "近一年", "12 months";
    this_year: "今年", "This year";
    department: "部门", "Department";
    index: "满意度指数", "Index";
    interval: "95% 区间", "95% interval";
    ratings: "评价数", "Ratings";
    poor: "差评率", "Poor ratings";
    change: "比上期", "Change";
    not_enough: "评价数不足", "Not enough ratings yet";
    no_change: "无显著变化", "no significant change";
    not_comparable: "—", "—";
    no_departments: "没有符合条件的部门。", "No department fits.";
    no_departments_yet: "还没有部门。请运维人员用 huiyin department import 导入部门表。", "There are no departments yet. The operator adds them with huiyin department import.";
    show_below: "查看下级", "Show what is below";
    total: "共", "In all";
    previous: "上一页", "Previous";
    next: "下一页", "Next";
    page_of: "页", "Page";
    pages: "分页", "Pages";
    all_below: "查看全部下级部门", "Show all departments below";
    trail: "所在位置", "Where this is";

    of_100: "满分 100", "out of 100";
    based_on: "依据", "from";
    ratings_unit: "条评价", "ratings";
    how_computed: "怎么算的", "How this is computed";
    formula_text: "指数 =（平均等级 − 1）÷ 4 × 100，公式 index/1；区间为 95% t 区间，比例的区间为 Wilson 区间。只计实际收到的评价，已撤回的不计。", "Index = (mean grade − 1) ÷ 4 × 100, formula index/1; its interval is the 95% t interval, those of shares are Wilson intervals. Only ratings that were given are counted, withdrawn ones are not.";
    mean: "平均等级", "Mean grade";
    satisfied: "满意率（4–5 级）", "Satisfied (4–5)";
    good: "好评率（3–5 级）", "Good (3–5)";
    poor_rate: "差评率（1–2 级）", "Poor (1–2)";
    figures: "各项指标", "All figures";
    figure: "指标", "Figure";
    value: "数值", "Value";
    distribution: "评价分布", "How people rated";
    grade: "等级", "Grade";
    share: "占比", "Share";
    trend: "逐月趋势", "Month by month";
    trend_described: "每月满意度指数，阴影为 95% 区间，数值见下表。", "The index of each month; the shaded band is its 95% interval. The table below has the figures.";
    trend_table: "逐月数据", "The figures by month";
    month: "月份", "Month";
    services: "服务事项", "Services";
    service: "事项", "Service";
    rate_this: "评价这个部门", "Rate this department";
    as_csv: "下载 CSV", "Download CSV";
    as_json: "JSON 接口", "JSON";
    period_before_note: "“比上期”与前一个等长时段比较，仅在统计显著时显示变化。", "Change is against the period of equal length before, and shown only where it is statistically significant.";
    too_few: "评价数不足，暂不公布数值。收集到足够评价后，这里会显示满意度。", "There are not enough ratings yet to publish a figure. It will appear here once there are.";
    seen: "展示", "Seen";
    times: "次", "times";
    opened: "打开", "opened";
    started: "开始", "started";
    sent: "提交", "sent";
    response_rate: "应答率", "response rate";
    so_far: "目前", "So far";
    needed: "公布所需", "Needed";

    rate_title: "评价", "Rate";
    rate_lead: "请为这次服务评价。无需登录，不留姓名。", "Please rate this service. No account, no name.";
    test_notice: "这是测试：评价会照常保存，但不计入任何统计。", "This is a test: the rating is stored as usual and counted nowhere.";
    rate_legend: "您对这次服务满意吗？", "How satisfied are you?";
    good_drivers: "好在哪里？（可不选，可多选）", "What was good? (optional)";
    poor_drivers: "差在哪里？（可不选，可多选）", "What was not good? (optional)";
    comment_label: "意见或建议（可不填）", "Comment (optional)";
    comment_hint: "最多 2000 字。请不要填写姓名、电话、证件号等个人信息。", "Up to 2,000 characters. Please leave out names, phone numbers and ID numbers.";
    kind_legend: "意见类型（可不选）", "What is it about? (optional)";
    kind_none: "不选", "None";
    wants_answer: "希望得到答复", "I would like an answer";
    contact_label: "联系方式（可不填）", "How to reach you (optional)";
    contact_hint: "邮箱或电话，只用于答复这条评价。最多 100 字，撤回评价时一并删除。", "E-mail or telephone, used only to answer this. Up to 100 characters, deleted if you take your rating back.";
    leave_empty: "请不要填写此栏", "Please leave this empty";
    send: "提交评价", "Send rating";
    paused: "目前暂停收集评价。", "Ratings are not being collected at the moment.";
    paused_hint: "过去的评价照常计入满意度，之后会再次开放。", "Ratings given before still count, and this page will be back.";
    there_is_a_problem: "评价没有提交成功", "Your rating was not sent";
    kept_below: "您填写的内容都保留在下面。", "What you wrote is kept below.";

    receipt_title: "您的评价", "Your rating";
    thanks: "您的评价已收到，谢谢。", "Thank you. Your rating has been counted.";
    thanks_test: "测试评价已收到。", "Your test has been received.";
    receipt_code: "查询码", "Receipt code";
    receipt_keep: "请保存查询码：凭它可以再次查看或撤回这条评价。", "Keep this code: with it you can see this rating again or take it back.";
    receipt_enter: "请输入查询码", "Enter your receipt code";
    receipt_hint: "共 24 位字母和数字，每四位一组，例如 1A2B-3C4D-…。", "24 letters and digits in groups of four, such as 1A2B-3C4D-….";
    receipt_wrong: "查不到这个查询码。请核对后重新输入。", "No feedback has this code. Check it and enter it again.";
    look_up: "查看", "Look up";
    stored: "我们保存的内容", "What we have stored";
    about: "评价对象", "About";
    your_rating: "满意度", "Rating";
    your_drivers: "原因", "Reasons";
    between: "、", ", ";
    your_comment: "意见", "Comment";
    your_kind: "类型", "Kind";
    answer: "是否需要答复", "Answer";
    answer_wanted: "希望答复", "Wanted";
    answer_not_wanted: "不需要", "Not wanted";
    your_contact: "联系方式", "Contact";
    kept_for_answer: "联系方式只为答复您而保存，不作他用。", "The contact is kept for the answer and for nothing else.";
    on_page: "所在网页", "Page";
    placement: "渠道", "Placement";
    form_language: "语言", "Language";
    received_at: "收到时间", "Received";
    nothing: "（无）", "(none)";
    withdraw: "撤回这条评价", "Take this rating back";
    withdraw_hint: "撤回后，文字立即删除，评价不再计入满意度，且不能恢复。", "Once you take it back, your words are deleted, the rating counts no longer, and this cannot be undone.";
    withdrawn: "这条评价已撤回，文字已删除，不再计入满意度。", "This rating was taken back. Its words are deleted and it no longer counts.";
    see_score: "查看部门满意度", "See the department's score";

    noscript: "评价本服务", "Rate this service";

    problems_title: "错误类型说明", "Types of problems";
    back_home: "返回首页", "Back to the start";
}
