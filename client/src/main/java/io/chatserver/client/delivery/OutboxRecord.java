package io.chatserver.client.delivery;

import io.chatserver.protocol.ClientMessageId;
import io.chatserver.protocol.ConversationId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/** A line of an outbox's journal. */
sealed interface OutboxRecord {
  byte ADDED = 1;
  byte SETTLED = 2;

  /** A message was taken. */
  record Added(Outgoing message) implements OutboxRecord {
    @Override
    public void writeTo(DataOutputStream out) throws IOException {
      out.writeByte(ADDED);
      out.writeUTF(message.id().text());
      out.writeLong(message.conversation().value());
      out.writeLong(message.queuedAt().toEpochMilli());
      // Not writeUTF, which takes 65,535 bytes; and not UTF-8, which cannot write half a character.
      out.writeInt(message.text().length());
      out.writeChars(message.text());
    }
  }

  /** The outcome of a message is known. */
  record Settled(ClientMessageId id) implements OutboxRecord {
    @Override
    public void writeTo(DataOutputStream out) throws IOException {
      out.writeByte(SETTLED);
      out.writeUTF(id.text());
    }
  }

  void writeTo(DataOutputStream out) throws IOException;

  /** The record as it stands in the journal. */
  default byte[] bytes() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot happen in memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a record.
   *
   * @throws IOException if it is none of this version
   */
  static OutboxRecord read(byte[] payload) throws IOException {
    try (var in = new DataInputStream(new ByteArrayInputStream(payload))) {
      byte kind = in.readByte();
      var id = new ClientMessageId(in.readUTF());
      return switch (kind) {
        case ADDED -> new Added(readMessage(id, in));
        case SETTLED -> new Settled(id);
        default -> throw new IOException("the outbox was written by another version: " + kind);
      };
    } catch (IllegalArgumentException e) {
      throw new IOException("the outbox is damaged", e);
    }
  }

  private static Outgoing readMessage(ClientMessageId id, DataInputStream in) throws IOException {
    var conversation = new ConversationId(in.readLong());
    var queuedAt = Instant.ofEpochMilli(in.readLong());
    char[] text = new char[in.readInt()];
    for (int i = 0; i < text.length; i++) {
      text[i] = in.readChar();
    }
    return new Outgoing(id, conversation, new String(text), queuedAt);
  }
}
