//! What the demonstration says, once per language.

use super::phrases;

phrases! {
    title: "演示：部门网页", "Demonstration: a department's page";
    lead: "部门网页可以怎样请人评价，这里逐一演示：先看效果，再照抄代码。评价都是真的，测试一节除外。", "Every way in which a department's page can ask for ratings, each one live, with the lines to paste. The ratings are real, except under Test.";
    contents: "本页内容", "On this page";
    other: "换一个部门", "Another department";
    guide: "办事指南", "Guide";
    guide_text: "申请人可在线提交材料，窗口在五个工作日内办结。如需帮助，请拨打服务热线或到政务服务大厅咨询。", "Applicants may send their documents online; the office decides within five working days. For help, call the service line or visit the service hall.";

    button: "浮动按钮", "The floating button";
    button_text: "一行标签，放进网页的 body 里即可，按钮出现在右下角。data-department 填部门代码。加上 data-position=\"start\"，按钮改在左下角（从右向左书写的语言则相反）；本页左下角的按钮见“邀请”一节。", "One tag anywhere in the body of the page brings the button at the bottom right; data-department names the department. With data-position=\"start\" it stands at the bottom left (the other way round where text runs from right to left); the one there on this page belongs to the invitation below.";

    inline: "嵌入正文", "In the page";
    inline_text: "面板直接排在正文里，读者看到它时才加载。网页已有上面的标签时，只加这个元素；没有时，再加一行不写部门的标签。", "The panel stands in the page like its text, and is loaded once somebody sees it. A page that has the tag above needs the element alone; any other adds a tag without a department.";

    own: "由网页自己的元素打开", "Opened by the page's own element";
    own_text: "data-open-on 写一个选择器，点击网页里与它相符的元素就打开面板，不再另画按钮。用链接最好：没有脚本时，它直接通往表单。", "data-open-on is a selector: a click on whatever fits it opens the panel, and no button is drawn. A link is best: without scripts it leads to the form by itself.";
    own_link: "评价本次服务", "Rate this service";

    several: "一页多个部门", "Several departments on one page";
    several_text: "每个部门放一个元素，标签仍只要一行。按钮排在哪里由网页的样式决定。", "One element for each department, and still one tag. Where the buttons stand is for the page's style sheet to say.";

    theme: "颜色与样式", "Colours and style";
    theme_text: "网页用 CSS 变量设定颜色、圆角和字体，用 ::part() 设定单个部件。data-theme=\"light\" 或 \"dark\" 固定明暗，不写则随读者的系统设置。", "CSS variables say colours, corners and font; ::part() reaches single parts. data-theme=\"light\" or \"dark\" holds the panel to one of the two; without, it follows the reader's system.";

    language: "语言", "Languages";
    language_text: "默认使用网页的语言，网页没有说明时使用浏览器的语言。data-lang 指定下面的一种。", "The panel speaks the page's language, or the browser's where the page names none. data-lang chooses one of these.";

    test: "测试", "Test";
    test_text: "带 data-test 的评价照常保存、照常给查询码，但不计入任何统计。上线前用它试一遍，上线时去掉。", "With data-test a rating is stored and gets its receipt code as usual, and is counted nowhere. Try everything with it, and take it away to go live.";

    invite: "邀请", "Invitation";
    invite_text: "data-invite=\"20\" 表示 20 秒后在按钮旁问一句，\"60%\" 表示读过全页六成后再问。data-invite-sample=\"0.1\" 只在一成的页面浏览中问。回答过的人（拒绝也算）90 天内不再问。本页另有一个悬浮按钮，读过九成后会问。", "data-invite=\"20\" asks in a small box above the button after 20 seconds, \"60%\" once so much of the page was scrolled through; data-invite-sample=\"0.1\" asks at one page view in ten. Whoever has answered, also with no, is left in peace for 90 days. A second floating button on this page asks after nine tenths.";

    script: "JavaScript 接口", "The JavaScript interface";
    script_text: "网页的脚本可以打开、关闭、移除面板，也可以改动属性、监听事件。最后一个参数是元素或选择器，不写则指页面上第一个。第一段代码放在标签之前，加载完成前的调用会先记下，随后执行。", "A page's own script can open, close and remove the panel, change its attributes, and listen. The last argument is an element or a selector; without it the first one of the page is meant. The first lines go before the tag, so that what is called before the loader has arrived is done once it has.";
    script_open: "打开", "Open";
    script_set: "改为法文", "Turn it into French";
    script_close: "关闭嵌入的面板", "Close the one in the page";
    script_destroy: "移除", "Remove";

    events: "事件", "Events";
    events_text: "元素发出的事件会一直冒泡到 document，其中没有评价内容。操作一下上面的面板，事件就列在下面。", "The element's events bubble up to the document; none says what the rating was. Use any panel on this page to see them listed here.";
    events_log: "刚才的事件", "What has happened";

    fallback: "逐级退让", "Where something is missing";
    fallback_text: "不能运行 WebAssembly 时，同一张表单在框架里打开；框架也不行，就给一个链接；连脚本都没有，还有 noscript 里的链接。四种方式收到的评价完全一样。", "Where WebAssembly may not run, the same form opens in a frame; where frames may not either, there is a link; and without scripts the link in noscript. The rating that arrives is the same all four ways.";
    fallback_link: "打开不用脚本的表单", "Open the form that needs no script";

    policy: "内容安全策略（CSP）", "The content security policy";
    policy_text: "网页如有内容安全策略，在已有的各项里加入以下来源；只有 default-src 的，新加的项要把它允许的来源也写上。本页自己就在严格的策略之下，没有任何内联脚本和样式。", "A page that has one adds these to what each directive allows; where there is only default-src, a new directive has to repeat it. This page itself lives under a strict one, without any inline script or style.";
}
