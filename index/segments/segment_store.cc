#include "index/segments/segment_store.h"

#include <set>
#include <utility>

#include "index/catalog/names.h"
#include "index/catalog/users.h"
#include "index/segments/segment_record.h"
#include "index/segments/segment_uses.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "text/nearest_names.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

constexpr size_t kNearest = 3;

absl::StatusOr<std::optional<Segment>> Find(const Transaction& transaction, const std::string& name) {
  ASSIGN_OR_RETURN(const std::optional<std::string_view> stored,
                   transaction.Get(DatabaseId::kSegments, name));
  if (!stored.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(Segment segment, DecodeSegment(name, *stored));
  return segment;
}

size_t BytesOf(const Segment& segment) {
  size_t bytes = segment.name.size() + segment.definition.text.size() + segment.definition.canonical.size();
  for (const std::string& used : segment.definition.uses) bytes += used.size();
  for (const std::string& list : segment.definition.lists) bytes += list.size();
  for (const std::string& salt : segment.definition.salts) bytes += salt.size();
  return bytes;
}

absl::Status OfSegment(absl::Status status, Reason reason, std::string_view name) {
  return WithFact(WithReason(std::move(status), reason), kFactSegment, name);
}

absl::Status Refused(std::string_view name, std::string_view why, uint64_t limit) {
  return WithLimit(absl::InvalidArgumentError(Sentence("the segment ", Quoted(name), " ", why)), limit);
}

absl::Status CheckSize(std::string_view name, const SegmentDefinition& definition) {
  const size_t bytes = std::max(definition.text.size(), definition.canonical.size());
  if (bytes > kSegmentTextBytesMax) {
    return Refused(name,
                   Sentence("has ", bytes, " bytes of text, and at most ", kSegmentTextBytesMax,
                            " are saved; load a long list of members as an id list, and name that"),
                   kSegmentTextBytesMax);
  }
  if (definition.lists.size() > kSegmentUsesMax) {
    return Refused(name,
                   Sentence("names ", definition.lists.size(), " id lists, and at most ", kSegmentUsesMax,
                            " are possible; put some of them in segments of their own"),
                   kSegmentUsesMax);
  }
  if (definition.uses.size() > kSegmentUsesMax) {
    return Refused(name,
                   Sentence("names ", definition.uses.size(), " other segments, and at most ",
                            kSegmentUsesMax, " are possible; join some of them in segments of their own"),
                   kSegmentUsesMax);
  }
  return absl::OkStatus();
}

absl::Status CheckExpected(const Segment& stored, std::optional<Identity> expected) {
  if (!expected.has_value() || *expected == stored.identity) return absl::OkStatus();
  return OfSegment(
      absl::AbortedError(Sentence("the segment ", Quoted(stored.name),
                                  " was changed since its etag was read; read it again, and decide anew")),
      Reason::kEtagMismatch, stored.name);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> SegmentStore::NearestTo(std::string_view name) const {
  ASSIGN_OR_RETURN(const ReadTransaction view, writer_.environment().BeginRead());
  ASSIGN_OR_RETURN(Cursor cursor, view.NewCursor(DatabaseId::kSegments));
  cursor.LeaveLarge(true);  // only the names are read
  std::vector<std::string> names;
  for (cursor.First(); cursor.valid(); cursor.Next()) names.emplace_back(cursor.key());
  RETURN_IF_ERROR(cursor.status());
  return NearestNames(name, names, kNearest);
}

absl::StatusOr<std::vector<std::string>> SegmentStore::UsersOf(std::string_view name) const {
  ASSIGN_OR_RETURN(const std::string normal, NormalSegmentName(name));
  ASSIGN_OR_RETURN(const ReadTransaction view, writer_.environment().BeginRead());
  std::set<std::string, std::less<>> users;
  std::vector<std::string> open = {normal};
  while (!open.empty()) {
    const std::string met = std::move(open.back());
    open.pop_back();
    ASSIGN_OR_RETURN(const std::vector<std::string> direct,
                     index::UsersOf(view, DatabaseId::kSegmentUsers, met, SIZE_MAX));
    for (const std::string& user : direct) {
      if (users.insert(user).second) open.push_back(user);
    }
  }
  return std::vector<std::string>(users.begin(), users.end());
}

absl::Status SegmentStore::Unknown(std::string_view name) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> nearest, NearestTo(name));
  const absl::Status unknown =
      OfSegment(absl::NotFoundError(Sentence("there is no segment ", Quoted(name), DidYouMean(nearest))),
                Reason::kUnknownSegment, name);
  return WithFact(unknown, kFactNearest, nearest.empty() ? "" : nearest.front());
}

absl::StatusOr<Segment> SegmentStore::Create(std::string_view name, const SegmentDefinition& definition) {
  ASSIGN_OR_RETURN(const std::string normal, NormalSegmentName(name));
  RETURN_IF_ERROR(CheckSize(normal, definition));
  Segment segment;
  segment.name = normal;
  segment.definition = definition;
  segment.version = 1;
  segment.identity = NewIdentity();
  segment.created = segment.updated = clock_();
  RETURN_IF_ERROR(writer_.Run(WriteClass::kPublish, [&](WriteTransaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<std::string_view> taken,
                     transaction.Get(DatabaseId::kSegments, normal));
    if (taken.has_value()) {
      return OfSegment(
          absl::AlreadyExistsError(Sentence("there is a segment ", Quoted(normal),
                                            " already; update that one, or choose another name")),
          Reason::kAlreadyExists, normal);
    }
    ASSIGN_OR_RETURN(const uint64_t count, transaction.CountItems(DatabaseId::kSegments));
    if (count >= kSegmentsPerPopulationMax) {
      return WithLimit(
          absl::ResourceExhaustedError(Sentence("a population has at most ", kSegmentsPerPopulationMax,
                                                " segments; delete some that are no longer needed")),
          kSegmentsPerPopulationMax);
    }
    RETURN_IF_ERROR(CheckUses(transaction, normal, definition.uses));
    RETURN_IF_ERROR(CheckLists(transaction, definition.lists));
    RETURN_IF_ERROR(WriteAllUses(transaction, salts_, normal, {}, definition));
    return transaction.Put(DatabaseId::kSegments, normal, EncodeSegment(segment));
  }));
  return segment;
}

absl::StatusOr<Segment> SegmentStore::Update(std::string_view name, const SegmentDefinition& definition,
                                             std::optional<Identity> expected) {
  ASSIGN_OR_RETURN(const std::string normal, NormalSegmentName(name));
  RETURN_IF_ERROR(CheckSize(normal, definition));
  Segment updated;
  bool found = false;
  RETURN_IF_ERROR(writer_.Run(WriteClass::kPublish, [&](WriteTransaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<Segment> stored, Find(transaction, normal));
    found = stored.has_value();
    if (!found) return absl::OkStatus();
    RETURN_IF_ERROR(CheckExpected(*stored, expected));
    updated = *stored;
    if (definition.text == stored->definition.text && definition.canonical == stored->definition.canonical)
      return absl::OkStatus();
    updated.definition = definition;
    updated.identity = NewIdentity();
    updated.version = stored->version + 1;
    updated.updated = clock_();
    RETURN_IF_ERROR(CheckUses(transaction, normal, definition.uses));
    RETURN_IF_ERROR(CheckLists(transaction, definition.lists));
    RETURN_IF_ERROR(WriteAllUses(transaction, salts_, normal, stored->definition, definition));
    return transaction.Put(DatabaseId::kSegments, normal, EncodeSegment(updated));
  }));
  if (!found) return Unknown(normal);
  return updated;
}

absl::StatusOr<Segment> SegmentStore::Delete(std::string_view name, std::optional<Identity> expected) {
  ASSIGN_OR_RETURN(const std::string normal, NormalSegmentName(name));
  std::optional<Segment> deleted;
  RETURN_IF_ERROR(writer_.Run(WriteClass::kPublish, [&](WriteTransaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(deleted, Find(transaction, normal));
    if (!deleted.has_value()) return absl::OkStatus();
    RETURN_IF_ERROR(CheckExpected(*deleted, expected));
    RETURN_IF_ERROR(CheckUnused(transaction, normal));
    RETURN_IF_ERROR(WriteAllUses(transaction, salts_, normal, deleted->definition, {}));
    return transaction.Delete(DatabaseId::kSegments, normal).status();
  }));
  if (!deleted.has_value()) return Unknown(normal);
  return *std::move(deleted);
}

absl::StatusOr<Segment> SegmentStore::Get(std::string_view name) const {
  ASSIGN_OR_RETURN(const std::string normal, NormalSegmentName(name));
  std::optional<Segment> found;
  {
    ASSIGN_OR_RETURN(const ReadTransaction view, writer_.environment().BeginRead());
    ASSIGN_OR_RETURN(found, Find(view, normal));
  }
  if (!found.has_value()) return Unknown(normal);
  return *std::move(found);
}

absl::StatusOr<SegmentPage> SegmentStore::List(std::string_view after, size_t most, size_t max_bytes) const {
  SegmentPage page;
  size_t bytes = 0;
  ASSIGN_OR_RETURN(const ReadTransaction view, writer_.environment().BeginRead());
  ASSIGN_OR_RETURN(Cursor cursor, view.NewCursor(DatabaseId::kSegments));
  for (cursor.Seek(after); cursor.valid(); cursor.Next()) {
    if (cursor.key() == after) continue;
    page.more = page.segments.size() == most || bytes >= max_bytes;
    if (page.more) break;
    ASSIGN_OR_RETURN(Segment segment, DecodeSegment(cursor.key(), cursor.value()));
    bytes += BytesOf(segment);
    page.segments.push_back(std::move(segment));
  }
  RETURN_IF_ERROR(cursor.status());
  return page;
}

absl::StatusOr<std::vector<SegmentPtr>> SegmentStore::ReadWithUses(absl::Span<const std::string> names,
                                                                   size_t max_bytes) const {
  std::vector<SegmentPtr> read;
  size_t bytes = 0;
  std::set<std::string, std::less<>> known(names.begin(), names.end());
  std::vector<std::string> open(known.begin(), known.end());
  ASSIGN_OR_RETURN(const ReadTransaction view, writer_.environment().BeginRead());
  while (!open.empty()) {
    const std::string name = std::move(open.back());
    open.pop_back();
    if (!NormalSegmentName(name).ok()) continue;
    ASSIGN_OR_RETURN(std::optional<Segment> segment, Find(view, name));
    if (!segment.has_value()) continue;
    bytes += BytesOf(*segment);
    if (bytes > max_bytes) {
      return WithLimit(absl::InvalidArgumentError(
                           Sentence("the segments that are named, and those that these name, have more than ",
                                    max_bytes, " bytes of text; ask in several questions")),
                       max_bytes);
    }
    for (const std::string& used : segment->definition.uses) {
      if (known.insert(used).second) open.push_back(used);
    }
    read.push_back(std::make_shared<const Segment>(*std::move(segment)));
  }
  return read;
}

}  // namespace muster::index
