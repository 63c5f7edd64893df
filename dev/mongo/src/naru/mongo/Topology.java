package naru.mongo;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What a primary of the one-member replica set {@code rs0} says about itself. */
final class Topology {
    /** Wire version 13 is MongoDB 5.0: no pre-images, no expanded events, no split events. */
    private static final int WIRE_VERSION = 13;
    private static final String VERSION = "5.0.31";

    private final String address;
    private final AtomicInteger connections = new AtomicInteger();

    Topology(String address) {
        this.address = address;
    }

    Document hello(boolean isLegacy) {
        return new Document(isLegacy ? "ismaster" : "isWritablePrimary", true)
            .append("helloOk", true)
            .append("setName", "rs0")
            .append("setVersion", 1)
            .append("secondary", false)
            .append("primary", address)
            .append("me", address)
            .append("hosts", List.of(address))
            .append("electionId", new ObjectId("7fffffff0000000000000001"))
            .append("maxBsonObjectSize", 16 * 1024 * 1024)
            .append("maxMessageSizeBytes", 48_000_000)
            .append("maxWriteBatchSize", 100_000)
            .append("localTime", Instant.now())
            .append("logicalSessionTimeoutMinutes", 30)
            .append("connectionId", connections.incrementAndGet())
            .append("minWireVersion", 0)
            .append("maxWireVersion", WIRE_VERSION)
            .append("readOnly", false)
            .append("ok", 1.0);
    }

    Document buildInfo() {
        return new Document("version", VERSION)
            .append("versionArray", List.of(5, 0, 31, 0))
            .append("gitVersion", "stand-in")
            .append("modules", List.of())
            .append("bits", 64)
            .append("maxBsonObjectSize", 16 * 1024 * 1024)
            .append("ok", 1.0);
    }

    Document replicaSetStatus() {
        Document member = new Document("_id", 0)
            .append("name", address)
            .append("health", 1.0)
            .append("state", 1)
            .append("stateStr", "PRIMARY");
        return new Document("set", "rs0").append("myState", 1).append("members", List.of(member)).append("ok", 1.0);
    }

    Document featureCompatibility() {
        return new Document("featureCompatibilityVersion", new Document("version", "5.0")).append("ok", 1.0);
    }
}
