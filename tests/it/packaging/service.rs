//! The systemd unit. systemd does not run in most test environments, but its file checks do.

use std::{fs, process::Command};

use super::read;

/// The most that a service may be exposed, from 0 to 100, as `systemd-analyze security` counts.
const MOST_EXPOSED: &str = "20";

#[test]
fn the_unit_is_valid_and_lets_the_service_do_little_else() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        eprintln!("systemd-analyze is not installed: the unit was not checked");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let unit = directory.path().join("latchkey.service");
    // The check asks whether the program is there.
    let text = read("packaging/latchkey.service").replace("/usr/bin/latchkey", env!("CARGO_BIN_EXE_latchkey"));
    fs::write(&unit, text).unwrap();

    let verified = Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&unit).output().unwrap();
    let told = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success() && told.is_empty(), "{told}");

    let threshold = format!("--threshold={MOST_EXPOSED}");
    let security = ["security", "--offline=yes", "--no-pager", &threshold];
    let examined = Command::new("systemd-analyze").args(security).arg(&unit).output().unwrap();
    assert!(examined.status.success(), "{}", String::from_utf8_lossy(&examined.stdout));
}

#[test]
fn the_unit_keeps_its_data_where_the_debian_package_does() {
    let (unit, manifest) = (read("packaging/latchkey.service"), read("Cargo.toml"));
    for line in ["User=latchkey", "StateDirectory=latchkey", "EnvironmentFile=-/etc/latchkey/latchkey.env"] {
        assert!(unit.lines().any(|other| other == line), "{line}");
    }
    assert!(manifest.contains(r#"conf-files = ["/etc/latchkey/latchkey.env"]"#));
    for script in ["postinst", "postrm"] {
        assert!(read(&format!("packaging/debian/{script}")).contains("/var/lib/latchkey"), "{script}");
    }
}
