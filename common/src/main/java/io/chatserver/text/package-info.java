/** Reading text of users and their editors as UTF-8. */
@NullMarked
package io.chatserver.text;

import org.jspecify.annotations.NullMarked;
