package naru.mongo;

import java.util.Arrays;

/**
 * A BSON value carried as the bytes it came in: symbols, code with scope, database pointers, undefined, binary of any
 * subtype but the common ones, and arrays that were encoded already. The engine has no class for these and needs none: it
 * only has to give them back unchanged.
 *
 * @param type the BSON type byte
 * @param body the value's bytes, without type and field name
 */
record Opaque(byte type, byte[] body) {

    @Override
    public boolean equals(Object other) {
        return other instanceof Opaque that && type == that.type && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return 31 * type + Arrays.hashCode(body);
    }
}
