#include "index/catalog/catalogue.h"

#include "index/catalog/names.h"
#include "index/catalog/records.pb.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"
#include "index/storage/write_in_turns.h"
#include "text/decimal.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// In `settings`. DO NOT CHANGE.
constexpr std::string_view kPopulationKey = "population";

absl::Status BadTag(const Tag& tag, std::string_view why) {
  return WithReason(absl::InvalidArgumentError(Sentence("tag '", tag.name, "': ", why)), Reason::kBadRequest);
}

std::string EncodeTag(const Tag& tag, bool declared) {
  records::TagRecord record;
  record.set_name(tag.name);
  record.set_kind(static_cast<uint32_t>(tag.kind));
  record.set_scale(static_cast<uint32_t>(tag.scale));
  record.set_weighted(tag.weighted);
  record.set_weight_scale(static_cast<uint32_t>(tag.weight_scale));
  record.set_description(tag.description);
  record.set_owner(tag.owner);
  record.set_source(tag.source);
  record.set_declared(declared);
  record.set_rescaled(tag.rescaled);
  return record.SerializeAsString();
}

}  // namespace

absl::StatusOr<CataloguedTag> DecodeTag(std::string_view key, std::string_view bytes) {
  records::TagRecord record;
  if (key.size() != sizeof(TagId) || !record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
      !IsTagKind(record.kind()) || record.name().empty()) {
    return Corrupt("catalogue", "a tag can't be read");
  }
  CataloguedTag catalogued;
  catalogued.declared = record.declared();
  Tag& tag = catalogued.tag;
  tag.id = ReadU32(key.data());
  tag.name = record.name();
  tag.kind = static_cast<TagKind>(record.kind());
  tag.scale = static_cast<int>(record.scale());
  tag.weighted = record.weighted();
  tag.weight_scale = static_cast<int>(record.weight_scale());
  tag.description = record.description();
  tag.owner = record.owner();
  tag.source = record.source();
  tag.rescaled = record.rescaled();
  return catalogued;
}

namespace {

absl::Status WriteTag(WriteTransaction& transaction, const Tag& tag, bool declared) {
  RETURN_IF_ERROR(transaction.Put(DatabaseId::kTags, MakeKey(tag.id), EncodeTag(tag, declared)));
  return transaction.Put(DatabaseId::kTagNames, tag.name, MakeKey(tag.id));
}

absl::Status DeleteTag(WriteTransaction& transaction, const Tag& tag) {
  RETURN_IF_ERROR(transaction.Delete(DatabaseId::kTags, MakeKey(tag.id)).status());
  ASSIGN_OR_RETURN(const std::optional<std::string_view> named,
                   transaction.Get(DatabaseId::kTagNames, tag.name));
  // A later load may have taken the name for a tag of its own.
  if (!named || *named != std::string_view(MakeKey(tag.id))) return absl::OkStatus();
  return transaction.Delete(DatabaseId::kTagNames, tag.name).status();
}

// A tag is visible when it was declared, or from its first version on.
absl::StatusOr<bool> IsSeen(const Transaction& transaction, const CataloguedTag& tag) {
  if (tag.declared) return true;
  ASSIGN_OR_RETURN(const std::optional<std::string_view> current,
                   transaction.Get(DatabaseId::kCurrentVersions, MakeKey(tag.tag.id)));
  return current.has_value();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Catalogue>> Catalogue::Open(WriterQueue& writer) {
  std::unique_ptr<Catalogue> catalogue(new Catalogue());
  std::vector<Tag> unseen;
  {
    ASSIGN_OR_RETURN(const ReadTransaction view, writer.environment().BeginRead());
    RETURN_IF_ERROR(catalogue->Read(view, unseen));
  }
  if (writer.environment().read_only()) return catalogue;
  // When the disk is full, they are left for the next start: they are invisible, and their names are free.
  const absl::Status dropped = catalogue->DropStaged(writer, unseen);
  if (!dropped.ok() && !IsForWantOfRoom(dropped)) return dropped;
  return catalogue;
}

absl::Status Catalogue::Read(const Transaction& transaction, std::vector<Tag>& unseen) {
  ASSIGN_OR_RETURN(const std::optional<std::string_view> stored,
                   transaction.Get(DatabaseId::kSettings, kPopulationKey));
  MutexLock lock(mutex_);
  if (stored) {
    records::PopulationRecord record;
    if (!record.ParseFromArray(stored->data(), static_cast<int>(stored->size()))) {
      return Corrupt("catalogue", "the population's record can't be read");
    }
    population_ = PopulationInfo{record.name(), record.time_zone(), record.visible()};
  }
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kTags));
  for (cursor.First(); cursor.valid(); cursor.Next()) {
    ASSIGN_OR_RETURN(CataloguedTag tag, DecodeTag(cursor.key(), cursor.value()));
    ASSIGN_OR_RETURN(const bool seen, IsSeen(transaction, tag));
    if (!seen) {
      unseen.push_back(std::move(tag.tag));
      continue;
    }
    names_.emplace(tag.tag.name, tag.tag.id);
    tags_.emplace(tag.tag.id, std::move(tag));
  }
  return cursor.status();
}

std::optional<PopulationInfo> Catalogue::population() const {
  MutexLock lock(mutex_);
  return population_;
}

absl::Status Catalogue::PutPopulation(WriteTransaction& transaction, const PopulationInfo& population) {
  records::PopulationRecord record;
  record.set_name(population.name);
  record.set_time_zone(population.time_zone);
  record.set_visible(population.visible);
  RETURN_IF_ERROR(transaction.Put(DatabaseId::kSettings, kPopulationKey, record.SerializeAsString()));
  transaction.OnCommit([this, population] {
    MutexLock lock(mutex_);
    population_ = population;
  });
  return absl::OkStatus();
}

std::optional<CataloguedTag> Catalogue::FindTag(std::string_view normal_name) const {
  MutexLock lock(mutex_);
  const auto found = names_.find(normal_name);
  if (found == names_.end()) return std::nullopt;
  return tags_.at(found->second);
}

std::optional<CataloguedTag> Catalogue::FindTag(TagId id) const {
  MutexLock lock(mutex_);
  const auto found = tags_.find(id);
  if (found == tags_.end()) return std::nullopt;
  return found->second;
}

std::vector<CataloguedTag> Catalogue::ListTags() const {
  MutexLock lock(mutex_);
  std::vector<CataloguedTag> list;
  list.reserve(names_.size());
  for (const auto& [name, id] : names_) list.push_back(tags_.at(id));
  return list;
}

size_t Catalogue::tag_count() const {
  MutexLock lock(mutex_);
  return tags_.size();
}

absl::Status Catalogue::CheckRoom(size_t more) const {
  MutexLock lock(mutex_);
  return RoomFor(more);
}

absl::Status Catalogue::RoomFor(size_t more) const {
  if (more == 0 || tags_.size() + more <= kTagsPerPopulationMax) return absl::OkStatus();
  return WithLimit(
      absl::ResourceExhaustedError(Sentence(
          "a population has at most ", kTagsPerPopulationMax, " tags, and this would make ",
          tags_.size() + more, "; put tags that are not asked together into populations of their own")),
      kTagsPerPopulationMax);
}

absl::Status Catalogue::PutTag(WriteTransaction& transaction, const Tag& tag) {
  RETURN_IF_ERROR(WriteTag(transaction, tag, true));
  return Show(transaction, {tag}, true);
}

absl::Status Catalogue::ChangeTag(WriteTransaction& transaction, const Tag& tag) {
  const std::optional<CataloguedTag> known = FindTag(tag.id);
  if (!known || known->tag.name != tag.name) return absl::InternalError("only a tag that is there changes");
  RETURN_IF_ERROR(WriteTag(transaction, tag, known->declared));
  return Show(transaction, {tag}, known->declared);
}

absl::Status Catalogue::StageTag(WriteTransaction& transaction, const Tag& tag) {
  return WriteTag(transaction, tag, false);
}

absl::Status Catalogue::ShowTags(WriteTransaction& transaction, const std::vector<Tag>& tags) {
  return Show(transaction, tags, false);
}

absl::Status Catalogue::Show(WriteTransaction& transaction, const std::vector<Tag>& tags, bool declared) {
  {
    MutexLock lock(mutex_);
    size_t more = 0;
    for (const Tag& tag : tags) {
      const auto same_name = names_.find(tag.name);
      if (same_name == names_.end()) {
        ++more;
      } else if (same_name->second != tag.id) {
        return WithReason(absl::AlreadyExistsError(Sentence("there is a tag '", tag.name, "' already")),
                          Reason::kAlreadyExists);
      }
    }
    RETURN_IF_ERROR(RoomFor(more));
  }
  transaction.OnCommit([this, tags, declared] {
    MutexLock lock(mutex_);
    for (const Tag& tag : tags) {
      tags_[tag.id] = {tag, declared};
      names_[tag.name] = tag.id;
    }
  });
  return absl::OkStatus();
}

absl::Status Catalogue::DropStaged(WriterQueue& writer, const std::vector<Tag>& tags) {
  return WriteInTurns(
      writer, WriteClass::kSweep, tags.size(),
      [&tags](WriteTransaction& transaction, size_t i) { return DeleteTag(transaction, tags[i]); });
}

absl::Status CheckTag(Tag& tag) {
  ASSIGN_OR_RETURN(tag.name, NormalTagName(tag.name));
  const bool weighted = TraitsOf(tag.kind).has_weights && tag.weighted;
  if (tag.scale < 0 || tag.scale > kMaxScale || tag.weight_scale < 0 || tag.weight_scale > kMaxScale) {
    return BadTag(tag, "a scale is 0 to 18");
  }
  if (tag.scale > 0 && !TraitsOf(tag.kind).has_scale) return BadTag(tag, "only a NUMBER has a scale");
  if (tag.weighted && !weighted) return BadTag(tag, "only a MULTI tag has weights");
  if (tag.weight_scale > 0 && !weighted)
    return BadTag(tag, "only a MULTI tag with weights has a weight_scale");
  for (std::string* note : {&tag.description, &tag.owner, &tag.source}) {
    std::optional<std::string> normal = NormalTagNote(*note);
    if (!normal) {
      return BadTag(tag, Sentence("description, owner and source are UTF-8 of up to ", kTagNoteBytesMax,
                                  " bytes, without line breaks, other control characters and characters that "
                                  "turn the direction of text"));
    }
    *note = *std::move(normal);
  }
  return absl::OkStatus();
}

}  // namespace muster::index
