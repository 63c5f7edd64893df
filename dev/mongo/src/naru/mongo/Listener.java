package naru.mongo;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.exception.MongoServerException;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/** Accepts clients; each has a thread of its own, because waiting for new events blocks it. */
final class Listener {
    private final Deployment deployment;
    private final ServerSocket socket;

    Listener(Deployment deployment, InetAddress address, int port) throws IOException {
        this.deployment = deployment;
        this.socket = new ServerSocket(port, 512, address);
    }

    void run() throws IOException {
        while (true) {
            Socket client = socket.accept();
            Thread thread = new Thread(() -> serve(client), "client-" + client.getPort());
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void serve(Socket client) {
        // The engine keeps the last results of each channel; only the identity matters to it.
        EmbeddedChannel channel = new EmbeddedChannel();
        try (client) {
            client.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream(), 64 * 1024));
            for (Frame frame = Frame.read(in); frame != null; frame = Frame.read(in)) {
                Document reply = answer(channel, frame);
                if (frame.expectsReply()) {
                    frame.writeReply(reply, client.getOutputStream());
                }
            }
        } catch (IOException | FailPoint.ConnectionCut e) {
            // The client is gone, or was meant to be.
        } finally {
            deployment.handleClose(channel);
            channel.close();
        }
    }

    private Document answer(EmbeddedChannel channel, Frame frame) {
        try {
            return deployment.answer(channel, frame.database(), frame.command());
        } catch (FailPoint.ConnectionCut e) {
            throw e;
        } catch (MongoServerError e) {
            return deployment.gossip(error(e.getMessageWithoutErrorCode(), e.getCode(), e.getCodeName()));
        } catch (MongoServerException e) {
            return deployment.gossip(error(e.getMessageWithoutErrorCode(), 1, "InternalError"));
        } catch (RuntimeException e) {
            e.printStackTrace();
            return deployment.gossip(error(String.valueOf(e), 1, "InternalError"));
        }
    }

    private static Document error(String message, int code, String codeName) {
        Document reply = new Document("ok", 0.0).append("errmsg", message).append("code", code).append("codeName", codeName);
        switch (code) {
            // The labels tell a driver whether it may open the change stream again by itself.
            case 286, 280, 260 -> reply.append("errorLabels", List.of("NonResumableChangeStreamError"));
            case 6, 7, 43, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, 63, 150, 13388, 234, 133 ->
                reply.append("errorLabels", List.of("ResumableChangeStreamError"));
            default -> { }
        }
        return reply;
    }
}
