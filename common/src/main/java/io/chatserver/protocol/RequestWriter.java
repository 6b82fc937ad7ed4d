package io.chatserver.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;

/**
 * Writes what a client of ours says.
 *
 * <p>Threads: any.
 */
public final class RequestWriter {
  private RequestWriter() {}

  /** Writes one line; the buffer belongs to the caller, who releases it. */
  public static ByteBuf write(Frame.Request request, ByteBufAllocator allocator) {
    return FrameWriter.line(
        allocator,
        json -> {
          json.writeStartObject();
          json.writeNumberField("msgid", request.command().type().number());
          if (request.rid() != null) {
            json.writeNumberField("rid", request.rid());
          }
          writeFields(json, request.command());
          json.writeEndObject();
        });
  }

  private static void writeFields(JsonGenerator json, Command command) throws IOException {
    switch (command) {
      case Command.Register(var name, var password) -> {
        json.writeStringField("name", name);
        json.writeStringField("password", password);
      }
      case Command.Login(var who, var password) -> {
        switch (who) {
          case Command.Identity.ById(var id) -> json.writeNumberField("id", id.value());
          case Command.Identity.ByName(var name) -> json.writeStringField("name", name);
        }
        json.writeStringField("password", password);
      }
      case Command.SendDirect(var to, var text) -> {
        json.writeNumberField("toid", to.value());
        json.writeStringField("msg", text);
      }
      case Command.SendGroup(var group, var text) -> {
        json.writeNumberField("groupid", group.value());
        json.writeStringField("msg", text);
      }
      case Command.AddFriend(var friend) -> json.writeNumberField("friendid", friend.value());
      case Command.CreateGroup(var name, var description) -> {
        json.writeStringField("groupname", name);
        json.writeStringField("groupdesc", description);
      }
      case Command.JoinGroup(var group) -> json.writeNumberField("groupid", group.value());
      case Command.ListMembers(var group, var after) -> {
        json.writeNumberField("groupid", group.value());
        if (after != null) {
          json.writeNumberField("after", after.value());
        }
      }
      case Command.Logout _, Command.ListFriends _, Command.ListGroups _, Command.Ping _ -> {}
    }
  }
}
