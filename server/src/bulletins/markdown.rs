//! Markdown to HTML: read by pulldown-cmark, and cleaned by ammonia whatever the first has made of it.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html::push_html};

/// Quotes and lists within one another beyond this are laid flat: nobody reads them, and browsers and cleaners suffer.
const DEEPEST: usize = 12;

/// Everything that a bulletin can consist of. No image, no style, no id: nothing is loaded, and nothing stands inline.
const TAGS: [&str; 24] = [
    "p",
    "br",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "strong",
    "em",
    "del",
    "ul",
    "ol",
    "li",
    "blockquote",
    "code",
    "pre",
    "hr",
    "a",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .generic_attributes(HashSet::new())
        .tags(HashSet::from(TAGS))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        .clean_content_tags(HashSet::from(["script", "style"]))
        .link_rel(Some("noopener noreferrer"));
    builder
});

/// What a page shows of a text in Markdown. HTML in it is shown as it is written; of a picture its description stays.
pub fn html(markdown: &str) -> String {
    let mut made = String::with_capacity(markdown.len() * 3 / 2);
    push_html(&mut made, flat(Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)));
    CLEANER.clean(&made).to_string()
}

fn flat<'t>(events: impl Iterator<Item = Event<'t>>) -> impl Iterator<Item = Event<'t>> {
    let mut depth = 0_usize;
    events.filter_map(move |event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        // The page has its one heading of the first level; those of the text follow it.
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            Some(Event::Start(Tag::Heading { level: below(level), id, classes, attrs }))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(below(level)))),
        Event::Start(tag @ (Tag::BlockQuote(_) | Tag::List(_) | Tag::Item)) => {
            depth += 1;
            (depth <= DEEPEST).then_some(Event::Start(tag))
        }
        Event::End(tag @ (TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item)) => {
            depth = depth.saturating_sub(1);
            (depth < DEEPEST).then_some(Event::End(tag))
        }
        other => Some(other),
    })
}

const fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let made = html(
            "# 简报\n\n**学习** *党章*，见[材料](https://example.org/a?b=1&c=2)。\n\n- 一\n- 二\n\n3. 三\n\n> 引文\n\n`x`",
        );
        for part in [
            "<h2>简报</h2>",
            "<strong>学习</strong> <em>党章</em>",
            "<a href=\"https://example.org/a?b=1&amp;c=2\" rel=\"noopener noreferrer\">材料</a>",
            "<li>一</li>",
            "<ol start=\"3\">",
            "<blockquote>",
            "<code>x</code>",
        ] {
            assert!(made.contains(part), "{part}: {made}");
        }
        assert!(html("| 甲 | 乙 |\n|---|--:|\n| 1 | 2 |").contains("<td>2</td>"));
        assert!(html("[活动](/my-events) [信](mailto:a@example.org)").contains("href=\"/my-events\""));
    }

    /// The tags of some HTML, as a browser takes them, with their attributes.
    fn tags(html: &str) -> Vec<String> {
        html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default().to_lowercase()).collect()
    }

    #[test]
    fn nothing_hostile_comes_through() {
        let hostile = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![x](https://evil.example/track.png)",
            "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](java\tscript:alert(1))",
            "[x](&#106;avascript:alert(1))",
            "[x](&#x6A;&#x61;vascript&colon;alert(1))",
            "[x](\u{1}javascript:alert(1))",
            "[x](vbscript:msgbox(1))",
            "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
            "[x](file:///etc/passwd)",
            "<javascript:alert(1)>",
            "[x]: javascript:alert(1)\n\n[x]",
            "<a href=\"javascript:alert(1)\" onclick=\"alert(1)\">x</a>",
            "<svg><script>alert(1)</script></svg>",
            "<svg onload=alert(1)>",
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
            "<iframe src=https://evil.example></iframe>",
            "<p style=\"background:url(https://evil.example)\">x</p>",
            "<style>@import 'https://evil.example'</style>",
            "<form action=https://evil.example><input name=password></form>",
            "<base href=https://evil.example>",
            "<meta http-equiv=refresh content=0;url=https://evil.example>",
            "</div></main><h1>假的页面</h1>",
            "| a |\n|:-:|\n| <b onmouseover=alert(1)>x</b> |",
            "```html onload=alert(1)\"><script>alert(1)</script>\n</code></pre><script>alert(1)</script>\n```",
            "[x](https://example.org \"a\\\" onmouseover=alert(1) b=\\\"\")",
            "<!--> <img src=x onerror=alert(1)> -->",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        ];
        for text in hostile {
            let made = html(text);
            for tag in tags(&made) {
                let mut words = tag.trim_start_matches('/').split_ascii_whitespace();
                let name = words.next().unwrap_or_default();
                assert!(TAGS.contains(&name), "{text} made <{tag}>: {made}");
                for attribute in words {
                    let known =
                        ["href=", "rel=", "start=", "noreferrer\""].iter().any(|known| attribute.starts_with(known));
                    assert!(known, "{text} made {attribute}: {made}");
                }
                if let Some((_, href)) = tag.split_once("href=\"") {
                    let scheme = href.split(['/', '"', '?', '#']).next().unwrap_or_default();
                    let harmless = !scheme.contains(':') || ["http:", "https:", "mailto:"].contains(&scheme);
                    assert!(harmless && !scheme.contains('&'), "{text} made {href}");
                }
            }
        }
        // It is not swallowed either: whoever writes sees that HTML is not taken.
        assert!(html("<script>alert(1)</script>").contains("&lt;script&gt;"));
        assert!(html("![会场](https://evil.example/a.png)").contains("会场"));
    }

    #[test]
    fn a_text_made_to_exhaust_is_laid_flat() {
        for piece in [">", "- ", "[", "*a **b ", "`", "<", "1. ", "![", "> - ", "|", "~~", "\\", "&#", "<a "] {
            let text = piece.repeat(50_000 / piece.len());
            let made = html(&text);
            assert!(made.len() < 1_000_000, "{piece}: {}", made.len());
            assert!(made.matches("<blockquote>").count() + made.matches("<ul>").count() <= DEEPEST, "{piece}");
        }
    }
}
