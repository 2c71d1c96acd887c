//! What our pages say, once per language; a phrase that is missing does not compile.

use super::phrases;

phrases! {
    product: "回音", "Huiyin";
    other_language: "English", "中文";
    skip: "跳到主要内容", "Skip to the content";
    home: "全部部门", "All departments";
    footer: "没有评价的人不会被算作“满意”。", "People who did not rate are not counted as satisfied.";
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
    earlier_incomplete: "上期数据不全", "the earlier period is not complete";
    no_departments: "没有符合条件的部门。", "No department matches.";
    no_departments_yet: "还没有部门。请运维人员用 huiyin department import 导入部门表。", "There are no departments yet. The operator adds them with huiyin department import.";
    show_below: "查看下级", "Open sub-departments";
    one_department: "个部门", "department";
    many_departments: "个部门", "departments";
    previous: "上一页", "Previous";
    next: "下一页", "Next";
    page_of: "页", "Page";
    pages: "分页", "Pages";
    all_below: "查看全部下级部门", "Show all departments below";
    trail: "所在位置", "Where this is";

    of_100: "满分 100", "out of 100";
    based_on: "依据", "from";
    ratings_unit: "条评价", "ratings";
    ticked_reasons: "勾选的原因", "Ticked reasons";
    ticked_poor: "差评（1–2 级）", "Poor ratings (1–2)";
    ticked_good: "好评（3–5 级）", "Good ratings (3–5)";
    ticked_note: "占比 = 勾选该原因的评价数 ÷ 同类评价的总数；一条评价可以勾选几个原因，也可以不勾选。", "Share = ratings with this reason ÷ all ratings of that side. A rating may have several reasons, or none.";
    reason: "原因", "Reason";
    reasons_csv: "下载原因统计（CSV）", "Download the reasons as CSV";
    how_computed: "怎么算的", "How this is computed";
    formula_text: "五个等级折算成 0 到 100 分再取平均：“非常满意” 100 分，“非常不满意” 0 分。95% 区间表示误差范围，评价越多，区间越窄。已撤回的评价不计。", "Each rating is worth 0 (very dissatisfied) to 100 (very satisfied), and the index is their mean. The 95% interval is its margin of error: the more ratings, the narrower it is. Withdrawn ratings are not counted.";
    formula_details: "技术说明：公式 index/2，指数 =（平均等级 − 1）÷ 4 × 100；区间为 95% t 区间，计算前在最低和最高等级各加 1.5 条评价；比例的区间为 Wilson 区间。", "Technically: formula index/2, index = (mean grade − 1) ÷ 4 × 100, with a 95% t interval after 1.5 ratings were added at each end of the scale; shares have Wilson intervals.";
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
    period_before_note: "“比上期”与前一个等长时段比较，仅在统计显著时显示变化（按本页行数校正）。上期前四分之一没有评价的，视为数据不全，不作比较。", "Change is against the period of equal length before, and shown only where it is statistically significant, corrected for the number of rows shown. If there are no ratings from the first quarter of that period, it is not complete and not compared.";
    too_few: "评价数不足，暂不公布数值。", "There are not enough ratings yet to publish a figure.";
    few_ratings: "不到 {n} 条评价时不公布分数，以免以偏概全。", "Below {n} ratings no score is published, because so few can mislead.";
    funnel: "评价按钮被看到 {seen} 次，打开 {opened} 次，开始填写 {started} 次，完成评价 {sent} 次（每看到 100 次约 {rate} 次）。", "The rating button was seen {seen} times and opened {opened} times; {started} ratings were started and {sent} sent (about {rate} per 100 times seen).";
    so_far: "目前", "So far";

    see_score: "查看部门满意度", "See the department's score";
    noscript: "评价本服务", "Rate this service";

    problems_title: "错误类型说明", "Types of problems";
    back_home: "返回首页", "Back to the start";
}
