#include "index/population/record_owners.h"

#include <algorithm>
#include <optional>

#include "absl/strings/numbers.h"
#include "index/catalog/catalogue.h"
#include "index/lists/id_list_record.h"
#include "index/salts/salt_record.h"
#include "index/storage/pages/keys.h"
#include "index/storage/record_walk.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// The number behind the first `word` of a sentence.
std::optional<uint32_t> NumberBehind(std::string_view word, std::string_view sentence) {
  const size_t at = sentence.find(word);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = sentence.substr(at + word.size());
  const size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  uint32_t number = 0;
  if (!absl::SimpleAtoi(ForAbseil(rest.substr(0, digits)), &number)) return std::nullopt;
  return number;
}

template <typename Id>
std::optional<TagId> TagOf(std::optional<Id> id, const std::map<Id, TagId>& tags) {
  if (!id.has_value()) return std::nullopt;
  const auto found = tags.find(*id);
  return found == tags.end() ? std::nullopt : std::optional<TagId>(found->second);
}

}  // namespace

RecordOwners RecordOwners::Read(Environment& index, TreeGuard& guard) {
  RecordOwners owners;
  const auto read = [&](DatabaseId database, auto visit) {
    RecordWalk walk;
    walk.visit = [&visit](const Transaction&, std::string_view key, std::string_view value) {
      visit(key, value);
    };
    // Without it a name is missing, and the check that reads the database says why.
    WalkRecords(index, guard, database, walk).IgnoreError();
  };
  read(DatabaseId::kTags, [&](std::string_view key, std::string_view value) {
    const absl::StatusOr<CataloguedTag> tag = DecodeTag(key, value);
    if (tag.ok()) owners.names_.emplace(tag->tag.id, "tag " + Quoted(tag->tag.name));
  });
  read(DatabaseId::kIdLists, [&](std::string_view key, std::string_view value) {
    const absl::StatusOr<IdList> list = DecodeIdList(key, value);
    if (list.ok()) owners.names_.emplace(list->source, "id list " + Quoted(list->name));
  });
  read(DatabaseId::kSalts, [&](std::string_view key, std::string_view value) {
    const absl::StatusOr<Salt> salt = DecodeSalt(key, value);
    if (salt.ok()) owners.names_.emplace(salt->source, "salt " + Quoted(salt->salt));
  });
  read(DatabaseId::kStores, [&](std::string_view key, std::string_view value) {
    const absl::StatusOr<StoreRecord> store = DecodeStore(value);
    if (store.ok() && key.size() == 4) owners.stores_.emplace(ReadU32(key.data()), store->tag);
  });
  read(DatabaseId::kVersions, [&](std::string_view key, std::string_view value) {
    if (key.size() != 8) return;
    const absl::StatusOr<VersionRecord> version = DecodeVersion(ReadU32(key.data() + 4), value);
    if (version.ok() && version->edge != kNoEdge) owners.edges_.emplace(version->edge, ReadU32(key.data()));
  });
  return owners;
}

std::string RecordOwners::OwnerIn(std::string_view sentence) const {
  sentence = sentence.substr(0, sentence.find('\''));  // a member may be called `tag 7`
  std::optional<TagId> tag = NumberBehind("tag ", sentence);
  if (!tag.has_value()) tag = TagOf(NumberBehind("store ", sentence), stores_);
  if (!tag.has_value()) tag = TagOf(NumberBehind("edge ", sentence), edges_);
  if (!tag.has_value()) return "";
  if (*tag == kEveryoneTag) return "everyone";
  const auto name = names_.find(*tag);
  return name == names_.end() ? "" : name->second;
}

}  // namespace muster::index
