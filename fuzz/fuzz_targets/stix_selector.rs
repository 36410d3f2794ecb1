//! A selector and an object, the first line and the rest: what parses prints the same, and both ways of resolving agree.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stix::{Selector, marking, tree::Arena};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (line, object) = text.split_once('\n').unwrap_or((text, "{}"));
    let parsed: Result<Selector, _> = line.parse();
    let mut arena = Arena::default();
    let Ok(tree) = arena.parse(object.as_bytes()) else { return };
    let at_once = Selector::resolve_text(line, tree.root());
    let selector = match parsed {
        Ok(selector) => selector,
        Err(error) => {
            assert_eq!(at_once.err(), Some(error));
            return;
        }
    };
    assert_eq!(selector.to_string(), line);
    assert!(selector.covers(&selector));
    let resolved = selector.resolve(tree.root());
    assert_eq!(resolved.as_ref().map(|value| value.index()).ok(), at_once.as_ref().map(|value| value.index()).ok());
    if let Ok(value) = resolved {
        // A selector that reaches it reaches it again in the canonical text.
        let canonical = tree.root().to_canonical();
        let mut other = Arena::default();
        let again = other.parse(canonical.as_bytes()).expect("canonical");
        let found = selector.resolve(again.root()).expect("the same object");
        assert_eq!(found.to_canonical(), value.to_canonical());
    }
    let _ = marking::in_force(tree.root(), Some(&selector));
    let _ = marking::language(tree.root(), &selector);
});
