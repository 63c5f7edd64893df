package naru.mongo;

import de.bwaldvogel.mongo.bson.Document;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * One request of the wire protocol. OP_MSG carries every command; OP_QUERY only the first hello of a driver that does not
 * know yet whom it talks to.
 *
 * @param expectsReply false for writes the client does not want acknowledged
 */
record Frame(int requestId, boolean isLegacy, String database, Document command, boolean expectsReply) {
    private static final int HEADER_BYTES = 16;
    private static final int OP_REPLY = 1;
    private static final int OP_QUERY = 2004;
    private static final int OP_MSG = 2013;
    private static final int CHECKSUM_PRESENT = 1;
    private static final int MORE_TO_COME = 2;
    private static final int MAX_BYTES = 48_000_000;

    /** The next request, or null when the client has hung up. */
    static Frame read(DataInputStream in) throws IOException {
        int length;
        try {
            length = Integer.reverseBytes(in.readInt());
        } catch (EOFException e) {
            return null;
        }
        if (length < HEADER_BYTES || length > MAX_BYTES) {
            throw new IOException("A message of " + length + " bytes");
        }
        byte[] bytes = new byte[length - 4];
        in.readFully(bytes);
        BsonReader reader = new BsonReader(bytes, 0, bytes.length);
        int requestId = reader.readInt();
        reader.readInt();
        int code = reader.readInt();
        return switch (code) {
            case OP_MSG -> readMessage(requestId, reader, bytes.length);
            case OP_QUERY -> readQuery(requestId, reader);
            default -> throw new IOException("Opcode " + code + " is not known");
        };
    }

    private static Frame readMessage(int requestId, BsonReader reader, int end) {
        int flags = reader.readInt();
        int payloadEnd = (flags & CHECKSUM_PRESENT) != 0 ? end - 4 : end;
        Document command = null;
        Document sequences = new Document();
        while (reader.position() < payloadEnd) {
            if (reader.readByte() == 0) {
                command = reader.readDocument();
            } else {
                int sequenceEnd = reader.position() + reader.readInt();
                String name = reader.readCString();
                List<Object> documents = new ArrayList<>();
                while (reader.position() < sequenceEnd) {
                    documents.add(reader.readDocument());
                }
                sequences.put(name, documents);
            }
        }
        command.putAll(sequences);
        return new Frame(requestId, false, (String) command.get("$db"), command, (flags & MORE_TO_COME) == 0);
    }

    private static Frame readQuery(int requestId, BsonReader reader) {
        reader.readInt();
        String collection = reader.readCString();
        reader.readInt();
        reader.readInt();
        Document query = reader.readDocument();
        Document command = query.get("$query") instanceof Document inner ? inner : query;
        return new Frame(requestId, true, collection.substring(0, collection.indexOf('.')), command, true);
    }

    void writeReply(Document reply, OutputStream out) throws IOException {
        BsonWriter writer = new BsonWriter(16 * 1024);
        writer.writeInt(0);
        writer.writeInt(0);
        writer.writeInt(requestId);
        if (isLegacy) {
            writer.writeInt(OP_REPLY);
            writer.writeInt(8);
            writer.writeInt(0);
            writer.writeInt(0);
            writer.writeInt(0);
            writer.writeInt(1);
        } else {
            writer.writeInt(OP_MSG);
            writer.writeInt(0);
            writer.writeByte(0);
        }
        writer.writeDocument(reply);
        writer.setInt(0, writer.size());
        out.write(writer.array(), 0, writer.size());
        out.flush();
    }
}
