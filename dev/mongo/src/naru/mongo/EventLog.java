package naru.mongo;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/** The oplog: events in the order of a logical clock, kept up to a number of them, and a bell for those who wait for more. */
final class EventLog {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final long startedAt = wallClock();
    /** Slots below {@code head} are forgotten events; they are cut off in one go now and then. */
    private final ArrayList<Event> slots = new ArrayList<>();
    private int head;
    /** The sequence number of slot 0. */
    private long offset;
    private long clock = startedAt;
    /** The time of the newest event that was forgotten. */
    private long horizon;
    private final int capacity;

    EventLog(int capacity) {
        this.capacity = capacity;
    }

    /** Appends what is made of the next timestamp, and wakes who waits. */
    void append(LongFunction<Event> event) {
        lock.lock();
        try {
            clock = Math.max(wallClock() | 1, clock + 1);
            slots.add(event.apply(clock));
            forget(capacity);
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The time to gossip: no later event will have this timestamp or an earlier one. */
    long now() {
        lock.lock();
        try {
            clock = Math.max(clock, wallClock());
            return clock;
        } finally {
            lock.unlock();
        }
    }

    /** The sequence number of the first event after a timestamp. */
    long sequenceAfter(long timestamp) {
        lock.lock();
        try {
            int low = head;
            int high = slots.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (Long.compareUnsigned(slots.get(middle).timestamp(), timestamp) <= 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return offset + low;
        } finally {
            lock.unlock();
        }
    }

    long end() {
        lock.lock();
        try {
            return offset + slots.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether every event after the timestamp is still there. */
    boolean reaches(long timestamp) {
        lock.lock();
        try {
            return Long.compareUnsigned(timestamp, horizon) >= 0;
        } finally {
            lock.unlock();
        }
    }

    /** The event with exactly this timestamp, or null. */
    Event find(long timestamp) {
        lock.lock();
        try {
            int slot = (int) (sequenceAfter(timestamp) - offset) - 1;
            Event event = slot < head ? null : slots.get(slot);
            return event != null && event.timestamp() == timestamp ? event : null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Up to {@code count} events from a sequence number on; waits for the first of them until the deadline
     * ({@link System#nanoTime}). Null when events from there on were forgotten.
     */
    List<Event> read(long from, int count, long deadline) throws InterruptedException {
        lock.lock();
        try {
            for (long left = deadline - System.nanoTime(); from >= offset + slots.size() && left > 0; ) {
                left = grown.awaitNanos(left);
            }
            if (from < offset + head) {
                return null;
            }
            int start = (int) (from - offset);
            int end = (int) Math.min(slots.size(), (long) start + count);
            return start >= end ? List.of() : new ArrayList<>(slots.subList(start, end));
        } finally {
            lock.unlock();
        }
    }

    /** The events kept, oldest first. */
    List<Event> all() {
        lock.lock();
        try {
            return new ArrayList<>(slots.subList(head, slots.size()));
        } finally {
            lock.unlock();
        }
    }

    long startedAt() {
        return startedAt;
    }

    /** Forgets all but the newest {@code count} events. */
    void trim(int count) {
        lock.lock();
        try {
            forget(count);
        } finally {
            lock.unlock();
        }
    }

    private void forget(int keep) {
        while (slots.size() - head > keep) {
            horizon = slots.get(head).timestamp();
            slots.set(head++, null);
        }
        if (head > 4096 && head > slots.size() / 2) {
            slots.subList(0, head).clear();
            offset += head;
            head = 0;
        }
    }

    private static long wallClock() {
        return TimeUnit.MILLISECONDS.toSeconds(Instant.now().toEpochMilli()) << 32;
    }
}
