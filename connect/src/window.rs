//! The in-flight window: which events have been read but not committed, and how far the durable ones reach without a gap.
//!
//! The pipeline enters every event in source order, marks deliveries in whatever order they come, and takes out the marks of
//! the contiguous durable prefix. Bounded by records and by bytes, so that a slow sink stops the reading instead of filling the
//! memory. Knows nothing of what a mark means, nor of time.

use std::collections::VecDeque;

use crate::pipeline::Ticket;

/// How much may be on its way at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowLimits {
    /// Events in the window, with or without a record.
    pub max_events: usize,
    /// Bytes of the records that are accepted and not yet durable.
    pub max_bytes: usize,
}

/// Events between *read* and *committed*, in source order.
#[derive(Debug)]
pub struct Window<M> {
    limits: WindowLimits,
    slots: VecDeque<Slot<M>>,
    /// Ticket of the oldest slot.
    first: u64,
    in_flight: usize,
    in_flight_bytes: usize,
}

#[derive(Debug)]
struct Slot<M> {
    mark: M,
    size_bytes: usize,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    InFlight,
    Durable,
    Failed,
}

impl<M> Window<M> {
    /// An empty window whose first ticket is 0.
    pub fn new(limits: WindowLimits) -> Self {
        Self { limits, slots: VecDeque::new(), first: 0, in_flight: 0, in_flight_bytes: 0 }
    }

    /// Whether another event may enter. An empty window always has room, so that a record larger than the whole budget passes
    /// alone.
    pub fn has_room(&self) -> bool {
        self.slots.is_empty()
            || (self.slots.len() < self.limits.max_events && self.in_flight_bytes < self.limits.max_bytes)
    }

    /// The ticket that the next event will get.
    pub fn next_ticket(&self) -> Ticket {
        Ticket(self.first + self.slots.len() as u64)
    }

    /// Enters an event whose record the sink has accepted under [`Window::next_ticket`].
    pub fn accept(&mut self, mark: M, size_bytes: usize) -> Ticket {
        let ticket = self.next_ticket();
        self.slots.push_back(Slot { mark, size_bytes, state: State::InFlight });
        self.in_flight += 1;
        self.in_flight_bytes += size_bytes;
        ticket
    }

    /// Enters an event that has no record: it is durable as soon as all before it are.
    pub fn pass(&mut self, mark: M) {
        self.slots.push_back(Slot { mark, size_bytes: 0, state: State::Durable });
    }

    /// What was entered under a ticket that is in flight.
    pub fn in_flight_mut(&mut self, ticket: Ticket) -> Option<&mut M> {
        let index = usize::try_from(ticket.0.checked_sub(self.first)?).ok()?;
        let slot = self.slots.get_mut(index).filter(|slot| slot.state == State::InFlight)?;
        Some(&mut slot.mark)
    }

    /// The record is durable: gives its bytes free and returns them, or `None` when nothing is in flight under the ticket.
    pub fn deliver(&mut self, ticket: Ticket) -> Option<usize> {
        self.settle(ticket, State::Durable)
    }

    /// The record is lost: nothing from here on will ever leave this window. `None` when nothing is in flight under the ticket.
    pub fn fail(&mut self, ticket: Ticket) -> Option<usize> {
        self.settle(ticket, State::Failed)
    }

    fn settle(&mut self, ticket: Ticket, state: State) -> Option<usize> {
        let index = usize::try_from(ticket.0.checked_sub(self.first)?).ok()?;
        let slot = self.slots.get_mut(index).filter(|slot| slot.state == State::InFlight)?;
        slot.state = state;
        self.in_flight -= 1;
        self.in_flight_bytes -= slot.size_bytes;
        Some(slot.size_bytes)
    }

    /// Takes out the oldest event if it is durable.
    pub fn pop_durable(&mut self) -> Option<M> {
        let slot = self.slots.pop_front_if(|slot| slot.state == State::Durable)?;
        self.first += 1;
        Some(slot.mark)
    }

    /// Records that are accepted and not yet durable.
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// Bytes of the records that are accepted and not yet durable.
    pub fn in_flight_bytes(&self) -> usize {
        self.in_flight_bytes
    }

    /// Whether nothing waits in the window.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use proptest::prelude::*;

    use super::*;

    const LIMITS: WindowLimits = WindowLimits { max_events: 4, max_bytes: 100 };

    fn durable(window: &mut Window<u32>) -> Vec<u32> {
        std::iter::from_fn(|| window.pop_durable()).collect()
    }

    #[test]
    fn gives_out_only_the_contiguous_durable_prefix() {
        let mut window = Window::new(LIMITS);
        let first = window.accept(1, 10);
        let second = window.accept(2, 10);
        window.pass(3);

        window.deliver(second);
        assert_eq!(durable(&mut window), Vec::<u32>::new());
        window.deliver(first);

        assert_eq!(durable(&mut window), vec![1, 2, 3]);
        assert!(window.is_empty());
    }

    #[test]
    fn never_passes_a_lost_record() {
        let mut window = Window::new(LIMITS);
        let first = window.accept(1, 10);
        let second = window.accept(2, 10);
        let third = window.accept(3, 10);

        window.deliver(first);
        window.fail(second);
        window.deliver(third);

        assert_eq!(durable(&mut window), vec![1]);
        assert_eq!((window.in_flight(), window.in_flight_bytes()), (0, 0));
        assert_eq!(window.deliver(second), None);
    }

    #[test]
    fn is_full_by_events_and_by_bytes() {
        let mut window = Window::new(LIMITS);
        let large = window.accept(1, 100);
        assert!(!window.has_room());
        window.deliver(large);
        assert!(window.has_room());

        for mark in 2..=4 {
            window.pass(mark);
        }

        assert!(!window.has_room());
        assert_eq!(durable(&mut window), vec![1, 2, 3, 4]);
        assert!(window.has_room());
    }

    #[test]
    fn an_empty_window_takes_a_record_larger_than_its_budget() {
        let mut window = Window::new(WindowLimits { max_events: 1, max_bytes: 1 });

        assert!(window.has_room());
        let ticket = window.accept(1, 1_000_000);

        assert_eq!(window.deliver(ticket), Some(1_000_000));
    }

    #[test]
    fn ignores_tickets_that_are_not_in_flight() {
        let mut window = Window::new(LIMITS);
        let ticket = window.accept(1, 10);
        window.pass(2);

        assert_eq!(window.deliver(Ticket(1)), None);
        assert_eq!(window.deliver(Ticket(7)), None);
        assert_eq!(window.in_flight_mut(Ticket(1)), None);
        assert_eq!(window.in_flight_mut(Ticket(7)), None);
        assert_eq!(window.in_flight_mut(ticket), Some(&mut 1));
        assert_eq!(window.deliver(ticket), Some(10));
        assert_eq!(window.deliver(ticket), None);
        assert_eq!(durable(&mut window), vec![1, 2]);
        assert_eq!(window.deliver(ticket), None);
        assert_eq!(window.next_ticket(), Ticket(2));
    }

    #[derive(Debug, Clone)]
    enum Action {
        Accept(usize),
        Pass,
        Deliver(prop::sample::Index),
        Fail(prop::sample::Index),
        Take,
    }

    fn any_action() -> impl Strategy<Value = Action> {
        prop_oneof![
            4 => (0..200_usize).prop_map(Action::Accept),
            1 => Just(Action::Pass),
            4 => any::<prop::sample::Index>().prop_map(Action::Deliver),
            1 => any::<prop::sample::Index>().prop_map(Action::Fail),
            2 => Just(Action::Take),
        ]
    }

    /// The model: every event ever entered, with what has become of it. Slow and obvious.
    #[derive(Default)]
    struct Model {
        events: Vec<(usize, Option<bool>)>,
        taken: usize,
    }

    impl Model {
        fn in_flight(&self) -> Vec<usize> {
            (0..self.events.len()).filter(|&at| self.events[at].1.is_none()).collect()
        }

        fn prefix(&self) -> usize {
            self.events.iter().take_while(|event| event.1 == Some(true)).count()
        }

        fn has_room(&self) -> bool {
            let bytes: usize = self.in_flight().iter().map(|&at| self.events[at].0).sum();
            let waiting = self.events.len() - self.taken;
            waiting == 0 || (waiting < LIMITS.max_events && bytes < LIMITS.max_bytes)
        }
    }

    proptest! {
        #[test]
        fn behaves_like_a_list_of_everything(actions in prop::collection::vec(any_action(), 0..200)) {
            let mut window = Window::new(LIMITS);
            let mut model = Model::default();

            for action in actions {
                match action {
                    Action::Accept(size) if model.has_room() => {
                        let ticket = window.accept(model.events.len(), size);
                        prop_assert_eq!(ticket, Ticket(model.events.len() as u64));
                        model.events.push((size, None));
                    }
                    Action::Pass if model.has_room() => {
                        window.pass(model.events.len());
                        model.events.push((0, Some(true)));
                    }
                    Action::Deliver(index) | Action::Fail(index) if !model.in_flight().is_empty() => {
                        let at = *index.get(&model.in_flight());
                        let delivered = matches!(action, Action::Deliver(_));
                        let ticket = Ticket(at as u64);
                        let size = if delivered { window.deliver(ticket) } else { window.fail(ticket) };
                        prop_assert_eq!(size.unwrap(), model.events[at].0);
                        model.events[at].1 = Some(delivered);
                    }
                    Action::Take => {
                        let taken: Vec<usize> = std::iter::from_fn(|| window.pop_durable()).collect();
                        prop_assert_eq!(taken, (model.taken..model.prefix()).collect::<Vec<_>>());
                        model.taken = model.prefix();
                    }
                    _ => {}
                }
                prop_assert_eq!(window.in_flight(), model.in_flight().len());
                prop_assert_eq!(window.has_room(), model.has_room());
                prop_assert_eq!(window.is_empty(), model.events.len() == model.taken);
            }
        }
    }
}
