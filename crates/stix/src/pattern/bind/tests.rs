//! Against the definition itself: try every time for every observation, and every set of them.

use proptest::prelude::*;

use super::*;

/// Sets of observations, as bits, that satisfy a plan when each was made at its time.
fn sets(plan: &Plan, passing: &[Vec<usize>], times: &[i128]) -> Vec<u32> {
    let members = |set: u32| (0..times.len()).filter(move |at| set >> at & 1 == 1);
    let first = |set: u32| members(set).map(|at| times[at]).min().unwrap();
    let last = |set: u32| members(set).map(|at| times[at]).max().unwrap();
    let both = |left: &[u32], right: &[u32], fits: &dyn Fn(u32, u32) -> bool| {
        let mut found = Vec::new();
        for &a in left {
            found.extend(
                right
                    .iter()
                    .filter(|&&b| a & b == 0 && fits(a, b))
                    .map(|&b| a | b),
            );
        }
        found.sort_unstable();
        found.dedup();
        found
    };
    let of = |plan: &Plan| sets(plan, passing, times);
    match plan {
        Plan::Leaf(leaf) => passing[*leaf].iter().map(|at| 1 << at).collect(),
        Plan::Or(operands) => operands.iter().flat_map(of).collect(),
        Plan::And(operands) => operands
            .iter()
            .map(of)
            .reduce(|a, b| both(&a, &b, &|_, _| true))
            .unwrap(),
        Plan::FollowedBy(operands) => operands
            .iter()
            .map(of)
            .reduce(|a, b| both(&a, &b, &|a, b| last(a) <= first(b)))
            .unwrap(),
        Plan::Within(inner, window) => of(inner)
            .into_iter()
            .filter(|&set| last(set) - first(set) < *window)
            .collect(),
        Plan::Between(inner, start, stop) => of(inner)
            .into_iter()
            .filter(|&set| first(set) >= *start && last(set) < *stop)
            .collect(),
        Plan::Repeat(inner, count) => {
            let once = of(inner);
            (1..*count).fold(once.clone(), |sets, _| both(&sets, &once, &|_, _| true))
        }
    }
}

/// Tries every choice of times within the intervals.
fn matches(plan: &Plan, passing: &[Vec<usize>], intervals: &[(i128, i128)]) -> bool {
    let mut times: Vec<_> = intervals.iter().map(|(first, _)| *first).collect();
    loop {
        if !sets(plan, passing, &times).is_empty() {
            return true;
        }
        let Some(at) = (0..times.len()).find(|&at| times[at] < intervals[at].1) else {
            return false;
        };
        times[at] += 1;
        (0..at).for_each(|lower| times[lower] = intervals[lower].0);
    }
}

fn plan() -> impl Strategy<Value = Plan> {
    (0..3usize)
        .prop_map(Plan::Leaf)
        .prop_recursive(4, 8, 3, |inner| {
            let operands = prop::collection::vec(inner.clone(), 2..4);
            prop_oneof![
                operands.clone().prop_map(Plan::And),
                operands.clone().prop_map(Plan::Or),
                operands.prop_map(Plan::FollowedBy),
                (inner.clone(), 1..6i128)
                    .prop_map(|(inner, window)| Plan::Within(Box::new(inner), window)),
                (inner.clone(), 0..6i128, 1..9i128).prop_map(|(inner, start, stop)| Plan::Between(
                    Box::new(inner),
                    start,
                    stop
                )),
                (inner, 2..4u64).prop_map(|(inner, count)| Plan::Repeat(Box::new(inner), count)),
            ]
        })
}

/// Observed data: first time, length, number, and the leaves that pass, as bits.
type Datum = (i128, i128, u64, u8);

fn data() -> impl Strategy<Value = Vec<Datum>> {
    prop::collection::vec(
        (
            0..6i128,
            0..4i128,
            prop_oneof![4 => Just(1u64), 1 => 2..3u64],
            0..8u8,
        ),
        1..5,
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None, cases: 2_000, ..ProptestConfig::default()
    })]

    #[test]
    fn binding_agrees_with_the_definition(plan in plan(), data in data()) {
        // The definition knows single observations only.
        let mut intervals = Vec::new();
        let mut single_passing = vec![Vec::new(); 3];
        for &(first, length, number, leaves) in &data {
            for _ in 0..number {
                for (leaf, passing) in single_passing.iter_mut().enumerate() {
                    if leaves >> leaf & 1 == 1 {
                        passing.push(intervals.len());
                    }
                }
                intervals.push((first, first + length));
            }
        }
        let seen = Seen {
            times: data.iter().map(|&(first, length, ..)| (first, first + length)).collect(),
            numbers: data.iter().map(|&(_, _, number, _)| number).collect(),
            passing: (0..3)
                .map(|leaf| (0..data.len()).filter(|&at| data[at].3 >> leaf & 1 == 1).collect())
                .collect(),
        };
        let limits = MatchLimits::default();
        let found = bind(&plan, &seen, &limits, &mut Meter::new(limits.steps_max)).unwrap();
        prop_assert_eq!(found.is_some(), matches(&plan, &single_passing, &intervals), "{:?}", plan);
    }
}
