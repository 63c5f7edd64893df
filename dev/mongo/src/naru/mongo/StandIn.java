package naru.mongo;

import java.io.IOException;
import java.net.InetAddress;

/** Starts the stand-in: {@code java naru.mongo.StandIn 127.0.0.1 27017}. Says READY and its connection string once it listens. */
public final class StandIn {
    private static final String OPLOG_EVENTS = "NARU_STANDIN_OPLOG_EVENTS";
    private static final int DEFAULT_OPLOG_EVENTS = 2_000_000;

    private StandIn() {}

    public static void main(String[] arguments) throws IOException {
        String host = arguments.length > 0 ? arguments[0] : "127.0.0.1";
        int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 27017;
        String address = host + ":" + port;
        Deployment deployment = new Deployment(address, oplogEvents());
        Listener listener = new Listener(deployment, InetAddress.getByName(host), port);
        System.out.println("READY mongodb://" + address + "/?replicaSet=rs0");
        listener.run();
    }

    private static int oplogEvents() {
        String wanted = System.getenv(OPLOG_EVENTS);
        return wanted == null ? DEFAULT_OPLOG_EVENTS : Integer.parseInt(wanted);
    }
}
