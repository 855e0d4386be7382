//! The command as a person runs it: exit codes, what it prints, TLS.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use pail_tests::Server;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Runs it to its end; `trusted` is what the machine trusts.
async fn command(url: &str, arguments: &[&str], trusted: Option<&Path>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
    command.args(["--url", url, "--register"]).args(arguments);
    command.env_remove("NO_COLOR").env_remove("SSL_CERT_DIR").env_remove("SSL_CERT_FILE");
    command.envs(trusted.map(|path| ("SSL_CERT_FILE", path)));
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    output.expect("the command is waited for").expect("the command runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn url(addr: SocketAddr) -> String {
    format!("http://{addr}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_exit_code_says_whether_everything_holds() {
    let server = Server::start().await;
    let holds = command(&url(server.addr), &["--filter", "bucket-delete"], None).await;
    assert_eq!(holds.status.code(), Some(0), "{}{}", out(&holds), err(&holds));
    assert!(out(&holds).contains("ok    bucket-delete "), "{}", out(&holds));
    assert!(!out(&holds).contains('\u{1b}'), "{}", out(&holds));

    let cases = TempDir::new().expect("a temporary folder");
    fs::create_dir(cases.path().join("seed")).expect("a folder");
    let wrong = "clause wrong\n  seed x\n  nobody GET /healthz\n    status 418\n";
    fs::write(cases.path().join("seed/wrong.case"), wrong).expect("a file");
    let folder = cases.path().to_str().expect("a path");
    let fails = command(&url(server.addr), &["--cases", folder], None).await;
    assert_eq!(fails.status.code(), Some(1), "{}{}", out(&fails), err(&fails));
    assert!(out(&fails).contains("FAIL  wrong"), "{}", out(&fails));

    let nothing = command(&url(server.addr), &["--filter", "no-such-clause"], None).await;
    assert_eq!(nothing.status.code(), Some(2), "{}", err(&nothing));
    assert!(err(&nothing).contains("no clause has that word"), "{}", err(&nothing));

    fs::write(cases.path().join("seed/wrong.case"), "clause wrong\n").expect("a file");
    let unread = command(&url(server.addr), &["--cases", folder], None).await;
    assert_eq!(unread.status.code(), Some(2), "{}", err(&unread));
    assert!(err(&unread).contains("tests/cases/seed/wrong.case:1: expected"), "{}", err(&unread));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_all_that_is_printed() {
    let server = Server::start().await;
    let arguments = ["--filter", "bucket-create", "--format", "json"];
    let json = command(&url(server.addr), &arguments, None).await;
    let read: Value = serde_json::from_str(&out(&json)).expect("JSON");
    assert_eq!(read["failed"], 0, "{read}");
    assert!(read["passed"].as_u64() > Some(5), "{read}");
    let arguments = ["--filter", "bucket-create", "--format", "tap"];
    let tap = out(&command(&url(server.addr), &arguments, None).await);
    assert!(tap.starts_with("TAP version 14\n1.."), "{tap}");
    server.stop().await;
}

fn certificate(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/tls").join(file)
}

/// A server's TLS, taken off in front of it.
async fn with_tls(server: SocketAddr) -> SocketAddr {
    let chain = CertificateDer::from_pem_file(certificate("localhost.pem")).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(certificate("localhost.key")).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .expect("a configuration");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut outside = acceptor.accept(stream).await?;
                let mut inside = TcpStream::connect(server).await?;
                copy_bidirectional(&mut outside, &mut inside).await
            });
        }
    });
    addr
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn https_and_wss_work_and_what_is_wrong_with_them_is_told() {
    let server = Server::start().await;
    let port = with_tls(server.addr).await.port();
    let secure = format!("https://localhost:{port}");
    let trusted = certificate("localhost.pem");
    let arguments = ["--filter", "socket-receive"];
    let holds = command(&secure, &arguments, Some(&trusted)).await;
    assert_eq!(holds.status.code(), Some(0), "{}{}", out(&holds), err(&holds));
    assert!(out(&holds).contains("ok    socket-receive "), "{}", out(&holds));

    let other_name = format!("https://127.0.0.1:{port}");
    let refused = command(&other_name, &arguments, Some(&trusted)).await;
    assert_eq!(refused.status.code(), Some(2), "{}", out(&refused));
    assert!(
        err(&refused).contains("cannot be reached: invalid peer certificate"),
        "{}",
        err(&refused)
    );

    let bare = format!("https://{}", server.addr);
    let plain = command(&bare, &arguments, Some(&trusted)).await;
    assert!(err(&plain).contains("it speaks no TLS; is it an http:// URL?"), "{}", err(&plain));
    server.stop().await;
}
