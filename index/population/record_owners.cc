#include "index/population/record_owners.h"

#include <optional>
#include <string>

#include "index/catalog/catalogue.h"
#include "index/lists/id_list_record.h"
#include "index/salts/salt_record.h"
#include "index/storage/pages/keys.h"
#include "index/storage/record_walk.h"

namespace muster::index {
namespace {

template <typename Id>
std::optional<TagId> FindTag(const std::map<Id, TagId>& tags, Id id) {
  const auto found = tags.find(id);
  return found == tags.end() ? std::nullopt : std::optional<TagId>(found->second);
}

}  // namespace

Subject SubjectOfRecord(DatabaseId database, std::string_view key) {
  const auto number = [key]() { return ReadU32(key.data()); };
  if (key.empty()) return {};
  switch (database) {
    case DatabaseId::kTagNames:
      return {Subject::Kind::kTag, 0, std::string(key)};
    case DatabaseId::kSegments:
      return Subject::OfSegment(key);
    case DatabaseId::kIdLists:
      return Subject::OfIdList(key);
    case DatabaseId::kSalts:
      return Subject::OfSalt(key);
    default:
      break;
  }
  if (key.size() < sizeof(uint32_t)) return {};
  switch (database) {
    case DatabaseId::kFragments:
    case DatabaseId::kStores:
    case DatabaseId::kRowStats:
    case DatabaseId::kValuesWithRows:
      return Subject::OfStore(number());
    case DatabaseId::kEdges:
    case DatabaseId::kEdgeStats:
      return Subject::OfEdge(number());
    case DatabaseId::kVersions:
    case DatabaseId::kCurrentVersions:
    case DatabaseId::kTags:
    case DatabaseId::kTagValues:
    case DatabaseId::kValueIds:
      return Subject::OfTag(number());
    default:
      return {};
  }
}

RecordOwners RecordOwners::Read(Environment& index, TreeGuard& guard) {
  RecordOwners owners;
  owners.named_.emplace(kEveryoneTag, Subject{Subject::Kind::kEveryone, kEveryoneTag, ""});
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
    if (!tag.ok()) return;
    owners.named_.emplace(tag->tag.id, Subject{Subject::Kind::kTag, tag->tag.id, tag->tag.name});
  });
  read(DatabaseId::kIdLists, [&](std::string_view key, std::string_view value) {
    const absl::StatusOr<IdList> list = DecodeIdList(key, value);
    if (list.ok()) owners.named_.emplace(list->source, Subject::OfIdList(list->name));
  });
  read(DatabaseId::kSalts, [&](std::string_view key, std::string_view value) {
    const absl::StatusOr<Salt> salt = DecodeSalt(key, value);
    if (salt.ok()) owners.named_.emplace(salt->source, Subject::OfSalt(salt->salt));
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

Subject RecordOwners::OwnerOf(const Subject& subject) const {
  std::optional<TagId> tag;
  if (subject.kind == Subject::Kind::kStore) tag = FindTag(stores_, subject.number);
  if (subject.kind == Subject::Kind::kEdge) tag = FindTag(edges_, subject.number);
  if (subject.kind == Subject::Kind::kTag && subject.name.empty()) tag = subject.number;
  const auto named = tag.has_value() ? named_.find(*tag) : named_.end();
  return named == named_.end() ? subject : named->second;
}

}  // namespace muster::index
