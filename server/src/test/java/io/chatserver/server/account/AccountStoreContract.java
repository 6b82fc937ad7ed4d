package io.chatserver.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatserver.protocol.UserId;
import io.chatserver.server.storage.StorageException;
import io.chatserver.server.storage.TestDatabase;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the SQL of accounts has to do on every database. */
abstract class AccountStoreContract {
  private static final String HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA";

  private final AccountStore store;

  AccountStoreContract(TestDatabase testDatabase) {
    store = new AccountStore(testDatabase.database());
  }

  @Test
  void findsAnAccountByIdAndByName() {
    var name = unique("ann");

    var id = store.insert(name, HASH, 1);

    var found = store.credentials(id).orElseThrow();
    assertThat(found.account()).isEqualTo(new Account(id, name));
    assertThat(found.passwordHash()).isEqualTo(HASH);
    assertThat(store.credentials(name)).contains(found);
    assertThat(found.toString()).doesNotContain(HASH);
  }

  @Test
  void findsNobodyWhoIsNotThere() {
    assertThat(store.credentials(new UserId(Integer.MAX_VALUE))).isEmpty();
    assertThat(store.credentials(unique("nobody"))).isEmpty();
    assertThat(store.credentials("")).isEmpty();
    assertThat(store.credentials("%")).isEmpty();
  }

  @Test
  void rejectsANameThatIsTaken() {
    var name = unique("ann");
    var id = store.insert(name, HASH, 1);

    var failure = catchThrowableOfType(StorageException.class, () -> store.insert(name, "x", 2));

    assertThat(failure.isDuplicateKey()).isTrue();
    assertThat(store.credentials(name).orElseThrow().account().id()).isEqualTo(id);
    assertThat(store.credentials(name).orElseThrow().passwordHash()).isEqualTo(HASH);
  }

  @Test
  void tellsNamesApartThatLookAlike() {
    var unique = unique("");
    var names =
        List.of(
            "anna", "Anna", "ANNA", "ánna", "a\u0301nna", "anná", "ａnna", "ass", "aß", "😀", "😁");

    var ids = names.stream().map(name -> store.insert(name + unique, HASH, 1)).toList();

    assertThat(ids).doesNotHaveDuplicates();
    for (int i = 0; i < names.size(); i++) {
      assertThat(store.credentials(names.get(i) + unique))
          .map(found -> found.account().id())
          .contains(ids.get(i));
    }
    assertThat(store.credentials("aNNa" + unique)).isEmpty();
  }

  @Test
  void takesBlanksAtTheEndsForPartOfTheName() {
    var name = unique("ann");
    store.insert(name, HASH, 1);

    assertThat(store.credentials(name + " ")).isEmpty();
    assertThat(store.credentials(" " + name)).isEmpty();
    assertThat(store.credentials(name + "\t")).isEmpty();
    assertThat(store.credentials(name + "\0")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'; DROP TABLE account; --",
        "x' OR '1'='1",
        "\\'; SELECT 1; #",
        "Robert\"); ",
        "? :name ${x} %s",
        "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"
      })
  void keepsNamesAsTheyAre(String name) {
    var id = store.insert(name, HASH, 1);

    assertThat(store.credentials(id).orElseThrow().account().name()).isEqualTo(name);
    assertThat(store.credentials(name).orElseThrow().account()).isEqualTo(new Account(id, name));
  }

  @Test
  void givesRisingIds() {
    var first = store.insert(unique("a"), HASH, 1);
    var second = store.insert(unique("b"), HASH, 1);

    assertThat(second).isGreaterThan(first);
  }

  private static String unique(String name) {
    return name + UUID.randomUUID();
  }
}
