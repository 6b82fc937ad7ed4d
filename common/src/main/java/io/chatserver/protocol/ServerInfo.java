package io.chatserver.protocol;

import java.util.List;

/**
 * The version and the abilities of a server, which a login reply tells.
 *
 * @param features what it can do beyond the first version of the protocol
 * @param epoch the epoch of its log, 16 hexadecimal digits: places in the log belong to it
 * @param resumed whether it used the cursors of the login; not if they belong to another epoch
 */
public record ServerInfo(String version, List<String> features, String epoch, boolean resumed) {
  public ServerInfo {
    features = List.copyOf(features);
  }
}
