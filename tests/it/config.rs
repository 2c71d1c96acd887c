//! What is set, by whom, and what is wrong with it.

use std::fs;
use std::process::{Command, Output};

use huiyin_tests::collector::{Installation, binary};

/// Runs `huiyin config` with nothing else in the environment.
fn config(installation: &Installation, variables: &[(&str, &str)], flags: &[&str]) -> Output {
    let mut command = Command::new(binary());
    command.arg("config").args(flags).env_clear();
    command.envs(variables.iter().copied());
    command.current_dir(installation.path(""));
    command
        .output()
        .expect("the collector's binary can be started")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Returns what a setting is printed as, with where it comes from.
fn printed(output: &Output, setting: &str) -> String {
    let printed = text(&output.stdout);
    let line = printed.lines().find_map(|line| line.strip_prefix(setting));
    let line = line.unwrap_or_else(|| panic!("no {setting}: {output:?}"));
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_flag_goes_before_the_environment_and_that_before_the_file() {
    let place = Installation::empty();
    fs::write(place.path("h.toml"), "# Ours.\npublic_minimum = 1\n").expect("writes");
    let file = [("HUIYIN_CONFIG", "h.toml")];
    let both = [file[0], ("HUIYIN_PUBLIC_MINIMUM", "2")];
    let flag = ["print", "--public-minimum", "3"];
    for (variables, flags, expected) in [
        (&[][..], &["print"][..], "= 30 # default"),
        (&file[..], &["print"], "= 1 # h.toml:2"),
        (&both[..], &["print"], "= 2 # HUIYIN_PUBLIC_MINIMUM"),
        (&both[..], &flag[..], "= 3 # --public-minimum"),
    ] {
        let output = config(&place, variables, flags);
        assert_eq!(printed(&output, "public_minimum "), expected);
    }
}

#[test]
fn a_variable_that_is_no_setting_is_said_and_harms_nothing() {
    let place = Installation::empty();
    let variables = [("HUIYIN_RATE_LIMT", "5"), ("HUIYIN_RATE_LIMIT", "7")];
    let output = config(&place, &variables, &["check"]);
    assert!(output.status.success(), "{output:?}");
    let said = "huiyin: HUIYIN_RATE_LIMT is no setting and is not read\n";
    assert_eq!(text(&output.stderr), said);
}

#[test]
fn what_is_printed_is_a_file_that_is_right_and_holds_no_password() {
    let place = Installation::empty();
    fs::write(place.path("secret"), "postgres://h:s3cret@db/huiyin\n").expect("writes");
    let variables = [("HUIYIN_DATABASE_FILE", "secret"), ("HUIYIN_DEMO", "yes")];
    let flags = ["print", "--log-filter", "warn,huiyin=debug"];
    let output = config(&place, &variables, &flags);
    assert_eq!(
        printed(&output, "database "),
        "= \"postgres://h:***@db/huiyin\" # HUIYIN_DATABASE_FILE, secret"
    );
    assert!(!text(&output.stdout).contains("s3cret"));
    fs::write(place.path("printed.toml"), &output.stdout).expect("writes");
    let checked = config(&place, &[], &["check", "--config", "printed.toml"]);
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    let example = config(&place, &[], &["example"]);
    fs::write(place.path("example.toml"), &example.stdout).expect("writes");
    let checked = config(&place, &[], &["check", "--config", "example.toml"]);
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
}

#[test]
fn all_that_is_wrong_is_named_with_its_place_before_anything_starts() {
    let place = Installation::empty();
    fs::write(
        place.path("h.toml"),
        "listn = \"x\"\npublic_minimum = \"few\"\n",
    )
    .expect("writes");
    let flags = ["check", "--config", "h.toml"];
    let wrong = config(&place, &[("HUIYIN_TIME_ZONE", "Mars")], &flags);
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
    let said = text(&wrong.stderr);
    for part in [
        "h.toml:1: listn",
        "h.toml:2: public_minimum",
        "HUIYIN_TIME_ZONE: ",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let file = place.path("h.toml");
    let served = place.run(&["serve", "--config", &file.to_string_lossy()]);
    assert_eq!(served.code, Some(2), "{served:?}");
    assert!(!place.path("huiyin.db").exists());
}

#[test]
fn the_public_and_the_operators_cannot_be_sent_to_one_address() {
    let place = Installation::empty();
    let flags = ["--listen", "127.0.0.1:9", "--metrics-listen", "127.0.0.1:9"];
    let wrong = config(&place, &[], &[&["check"][..], &flags].concat());
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
    let served = place.run(&[&["serve"][..], &flags].concat());
    assert_eq!(served.code, Some(1), "{served:?}");
    assert!(served.stderr.contains("metrics_listen"), "{served:?}");
}
