//! Pages whose headers forbid things.

use super::{FallbackLevel, Host, PLAIN};

const CSP: &str = "content-security-policy";

/// The pages.
pub(super) const PAGES: &[Host] = &[
    Host {
        name: "csp-everything-needed",
        why: "the strictest policy under which the panel can start",
        headers: &[(
            CSP,
            "default-src 'none'; script-src COLLECTOR 'wasm-unsafe-eval'; connect-src COLLECTOR; \
             style-src 'none'; require-trusted-types-for 'script'",
        )],
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "csp-collector-only",
        why: "scripts of the collector may run, but no WebAssembly; the most common strict policy",
        headers: &[(CSP, "script-src COLLECTOR")],
        level: FallbackLevel::Frame,
        firefox: true,
        sampled: true,
        ..PLAIN
    },
    Host {
        name: "csp-self",
        why: "no script of another origin may run, the loader's neither",
        headers: &[(CSP, "script-src 'self'")],
        level: FallbackLevel::Nothing,
        ..PLAIN
    },
    Host {
        name: "csp-nonce",
        why: "scripts run by their nonce, which the loader has to hand on",
        headers: &[(CSP, "script-src 'nonce-5f3a' 'wasm-unsafe-eval'")],
        attributes: "async nonce=\"5f3a\"",
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "csp-nonce-without-wasm",
        why: "a nonce lets the loader run, and nothing lets WebAssembly run",
        headers: &[(CSP, "script-src 'nonce-5f3a'")],
        attributes: "async nonce=\"5f3a\"",
        level: FallbackLevel::Frame,
        ..PLAIN
    },
    Host {
        name: "csp-strict-dynamic",
        why: "what a trusted script brings is trusted, host names count for nothing",
        headers: &[(
            CSP,
            "script-src 'nonce-5f3a' 'strict-dynamic' 'wasm-unsafe-eval'",
        )],
        attributes: "async nonce=\"5f3a\"",
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "csp-connect-none",
        why: "no script may fetch anything, so neither code nor rating can go by fetch",
        headers: &[(CSP, "connect-src 'none'")],
        level: FallbackLevel::Frame,
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "csp-connect-self",
        why: "scripts may talk to the page's own server only",
        headers: &[(CSP, "connect-src 'self'")],
        level: FallbackLevel::Frame,
        ..PLAIN
    },
    Host {
        name: "csp-frame-none",
        why: "neither WebAssembly nor frames",
        headers: &[(CSP, "script-src COLLECTOR; frame-src 'none'")],
        level: FallbackLevel::Link,
        firefox: true,
        sampled: true,
        ..PLAIN
    },
    Host {
        name: "csp-child-none",
        why: "frames forbidden by the directive's old name",
        headers: &[(CSP, "script-src COLLECTOR; child-src 'none'")],
        level: FallbackLevel::Link,
        ..PLAIN
    },
    Host {
        name: "csp-default-none",
        why: "everything forbidden but the loader",
        headers: &[(CSP, "default-src 'none'; script-src COLLECTOR")],
        level: FallbackLevel::Link,
        ..PLAIN
    },
    Host {
        name: "csp-style-none",
        why: "no style sheet, no style element, no style attribute",
        headers: &[(CSP, "style-src 'none'")],
        ..PLAIN
    },
    Host {
        name: "csp-image-none",
        why: "no picture, not even one made of data",
        headers: &[(
            CSP,
            "img-src 'none'; font-src 'none'; media-src 'none'; object-src 'none'",
        )],
        ..PLAIN
    },
    Host {
        name: "csp-form-none",
        why: "forms of the page may go nowhere",
        headers: &[(CSP, "form-action 'none'; base-uri 'none'")],
        ..PLAIN
    },
    Host {
        name: "trusted-types",
        why: "no markup may be made from text, by no policy whatever",
        headers: &[(
            CSP,
            "require-trusted-types-for 'script'; trusted-types 'none'",
        )],
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "sandbox",
        why: "a page without an origin of its own, as a preview in an editor has it",
        headers: &[(CSP, "sandbox allow-scripts allow-popups allow-forms")],
        firefox: true,
        sampled: true,
        ..PLAIN
    },
    Host {
        name: "coep",
        why: "what others serve must say that it may be used here",
        headers: &[
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-opener-policy", "same-origin"),
        ],
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "coep-without-wasm",
        why: "the same where the frame is needed, which such a page refuses without saying so",
        headers: &[
            ("cross-origin-embedder-policy", "require-corp"),
            (CSP, "script-src COLLECTOR"),
        ],
        level: FallbackLevel::Link,
        ..PLAIN
    },
    Host {
        name: "permissions",
        why: "every permission of the browser is off",
        headers: &[(
            "permissions-policy",
            "accelerometer=(), autoplay=(), camera=(), clipboard-write=(), display-capture=(), \
             encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), identity-credentials-get=(), \
             microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), \
             screen-wake-lock=(), storage-access=(), sync-xhr=(), unload=(), usb=(), web-share=()",
        )],
        ..PLAIN
    },
    Host {
        name: "no-referrer-nosniff",
        why: "what a scanner of security headers asks for",
        headers: &[
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("cross-origin-resource-policy", "same-origin"),
        ],
        ..PLAIN
    },
];
