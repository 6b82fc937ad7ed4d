package io.chatserver.server.config;

/**
 * {@code [throttle]}: how fast strangers and users may ask.
 *
 * @param exempt addresses that the limits by address do not apply to
 */
public record Throttle(Subnet.Several exempt) {}
