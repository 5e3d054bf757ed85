#include "index/catalog/users.h"

#include <algorithm>

#include "index/status/status_macros.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

constexpr size_t kUsersShown = 3;
constexpr size_t kUsersCounted = 1'000;

}  // namespace

std::string UserKey(std::string_view used, std::string_view user) {
  std::string key(used);
  key += '\0';
  return key.append(user);
}

absl::StatusOr<std::vector<std::string>> UsersOf(const Transaction& transaction, DatabaseId database,
                                                 std::string_view used, size_t most) {
  std::vector<std::string> users;
  const std::string prefix = UserKey(used, "");
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(database));
  for (cursor.Seek(prefix); cursor.At(prefix) && users.size() < most; cursor.Next())
    users.emplace_back(cursor.key().substr(prefix.size()));
  RETURN_IF_ERROR(cursor.status());
  return users;
}

absl::StatusOr<std::string> DescribeUsers(const Transaction& transaction, DatabaseId database,
                                          std::string_view used) {
  ASSIGN_OR_RETURN(const std::vector<std::string> users, UsersOf(transaction, database, used, kUsersCounted));
  std::string shown;
  for (size_t i = 0; i < std::min(users.size(), kUsersShown); ++i)
    AppendSentence(shown, i == 0 ? "" : ", ", Quoted(users[i]));
  if (users.size() > kUsersShown) {
    AppendSentence(shown, " and ", users.size() == kUsersCounted ? "at least " : "",
                   users.size() - kUsersShown, " more");
  }
  return shown;
}

absl::Status WriteUses(WriteTransaction& transaction, DatabaseId database, std::string_view user,
                       const std::vector<std::string>& before, const std::vector<std::string>& uses) {
  for (const std::string& used : before) {
    if (std::binary_search(uses.begin(), uses.end(), used)) continue;
    RETURN_IF_ERROR(transaction.Delete(database, UserKey(used, user)).status());
  }
  for (const std::string& used : uses) {
    if (std::binary_search(before.begin(), before.end(), used)) continue;
    RETURN_IF_ERROR(transaction.Put(database, UserKey(used, user), ""));
  }
  return absl::OkStatus();
}

}  // namespace muster::index
