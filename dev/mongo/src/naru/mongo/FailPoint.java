package naru.mongo;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import java.util.List;

/**
 * The server's own test hook {@code configureFailPoint: "failCommand"}: makes named commands fail with a code, or cuts the
 * connection, a number of times or until told otherwise.
 */
final class FailPoint {
    private int timesLeft;
    private List<?> commands = List.of();
    private Document data = new Document();

    /** Thrown to make the listener drop the connection without an answer. */
    static final class ConnectionCut extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    synchronized void configure(Document command) {
        if (!"failCommand".equals(command.get("configureFailPoint"))) {
            throw new MongoServerError(2, "BadValue", "Only the fail point failCommand is known here");
        }
        Object mode = command.get("mode");
        if (mode instanceof Document count && count.get("times") instanceof Number times) {
            timesLeft = times.intValue();
        } else {
            timesLeft = "alwaysOn".equals(mode) ? Integer.MAX_VALUE : 0;
        }
        data = command.get("data") instanceof Document given ? given : new Document();
        commands = data.get("failCommands") instanceof List<?> names ? names : List.of();
    }

    void check(String command) throws InterruptedException {
        Document failure = take(command);
        if (failure == null) {
            return;
        }
        if (Boolean.TRUE.equals(failure.get("blockConnection")) && failure.get("blockTimeMS") instanceof Number pause) {
            Thread.sleep(pause.longValue());
        }
        if (Boolean.TRUE.equals(failure.get("closeConnection"))) {
            throw new ConnectionCut();
        }
        if (failure.get("errorCode") instanceof Number code) {
            throw new MongoServerError(code.intValue(), "Failing command via 'failCommand' failpoint");
        }
    }

    private synchronized Document take(String command) {
        if (timesLeft <= 0 || !commands.contains(command)) {
            return null;
        }
        if (timesLeft != Integer.MAX_VALUE) {
            timesLeft--;
        }
        return data;
    }
}
