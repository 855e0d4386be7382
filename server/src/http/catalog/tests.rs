//! The catalog and `routes.rs` say the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::http::routes;

use super::{Operation, groups};

fn operations() -> Vec<Operation> {
    groups().into_iter().flat_map(|group| group.operations).collect()
}

/// A URL of the kind, with a segment for each variable.
fn segments(template: &str) -> Vec<&str> {
    let variable = |part: &str| if part.ends_with("_id}") { "7" } else { "x" };
    let parts = template.split('/').filter(|part| !part.is_empty());
    parts.map(|part| if part.starts_with('{') { variable(part) } else { part }).collect()
}

/// The methods of each documented URL.
fn documented() -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut found: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for operation in operations() {
        found.entry(operation.template).or_default().insert(operation.method.to_string());
    }
    found
}

/// The methods of a URL that is routed.
fn routed(template: &str) -> BTreeSet<String> {
    let Some(resource) = routes::resource(&segments(template)) else { return BTreeSet::new() };
    assert_eq!(resource.template, template, "another URL answers");
    let allow = resource.allow();
    let methods = allow.split(", ").filter(|method| !["HEAD", "OPTIONS"].contains(method));
    methods.map(str::to_owned).collect()
}

#[test]
fn every_documented_method_is_routed_and_no_other() {
    for (template, methods) in documented() {
        assert_eq!(routed(template), methods, "{template}: see `catalog`");
    }
}

#[test]
fn every_url_of_the_router_is_documented() {
    let source = include_str!("../routes.rs");
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let calls = code.split(" at(").skip(1).chain(code.split("Some(at(").skip(1));
    let routed: BTreeSet<&str> =
        calls.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()).collect();
    assert!(routed.len() > 20);
    let documented: BTreeSet<&str> = documented().into_keys().collect();
    let missing: Vec<_> = routed.difference(&documented).collect();
    assert!(missing.is_empty(), "say in `catalog` what these do: {missing:?}");
}

#[test]
fn what_needs_no_credentials_is_documented_so() {
    for operation in operations() {
        if let Some(resource) = routes::resource(&segments(operation.template)) {
            assert_eq!(operation.open, resource.open, "{}", operation.template);
        }
    }
}

#[test]
fn the_scope_a_method_asks_for_is_documented() {
    for operation in operations() {
        let resource = routes::resource(&segments(operation.template));
        let endpoint = resource.and_then(|resource| resource.endpoint(&operation.method));
        if let Some(endpoint) = endpoint.filter(|_| !operation.open) {
            let Operation { method, template, scope, .. } = operation;
            assert_eq!(endpoint.reach.scope(), scope, "{method} {template}");
        }
    }
}

#[test]
fn every_operation_answers_and_has_a_name_of_its_own() {
    let mut names = BTreeSet::new();
    for operation in operations() {
        let template = operation.template;
        assert!(!operation.answers.is_empty(), "{template} has no answer");
        assert!(names.insert(operation.summary), "{} is there twice", operation.summary);
    }
}
