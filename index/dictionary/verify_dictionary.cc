#include "index/dictionary/verify_dictionary.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/bitmap/row_id.h"
#include "index/dictionary/blocks/member_id_block.h"
#include "index/dictionary/blocks/ordinal_block.h"
#include "index/dictionary/id_finder.h"
#include "index/dictionary/id_hash.h"
#include "index/dictionary/member_dictionary.h"
#include "index/dictionary/ordinal_index.h"
#include "index/dictionary/value_dictionary.h"
#include "index/status/status_macros.h"
#include "index/storage/counters.h"
#include "index/storage/pages/keys.h"
#include "index/storage/record_walk.h"
#include "text/abseil_text.h"
#include "text/quoted.h"

namespace muster::index {
namespace {

RecordWalk WalkThrough(Findings& findings,
                       std::function<void(const Transaction&, std::string_view, std::string_view)> visit) {
  RecordWalk walk;
  walk.go_on = [&findings](size_t) { return findings.Progress(); };
  walk.visit = [&findings, visit = std::move(visit)](const Transaction& transaction, std::string_view key,
                                                     std::string_view value) {
    findings.Count(1, key.size() + value.size());
    visit(transaction, key, value);
  };
  return walk;
}

// `key`: tag · text, `value`: id.
void LookAtText(const Transaction& transaction, std::string_view key, std::string_view value,
                Findings& findings) {
  if (key.size() <= 4 || value.size() != 4) return findings.Problem("a value's id has another size");
  const TagId tag = ReadU32(key.data());
  const ValueId id = ReadU32(value.data());
  const absl::StatusOr<std::string_view> text = ValueText(transaction, tag, id);
  if (!text.ok()) return findings.Problem(Subject::OfTag(tag), FromAbseil(text.status().message()));
  if (*text != key.substr(4))
    findings.Problem(Subject::OfTag(tag),
                     absl::StrCat("the value ", Quoted(key.substr(4)), " leads to number ", id, ", which is ",
                                  Quoted(*text)));
}

// `key`: tag · id, `value`: the text. An id to which no text leads, after a crash, is merely used up.
void LookAtId(const Transaction& transaction, std::string_view key, std::string_view value,
              Findings& findings) {
  if (key.size() != 8) return findings.Problem("a value's key has another size");
  const TagId tag = ReadU32(key.data());
  const ValueId id = ReadU32(key.data() + 4);
  const absl::StatusOr<std::optional<ValueId>> back = FindStoredValue(transaction, tag, value);
  if (!back.ok()) return findings.Problem(Subject::OfTag(tag), FromAbseil(back.status().message()));
  if (back->has_value() && **back != id)
    findings.Problem(Subject::OfTag(tag),
                     absl::StrCat("value ", id, " is ", Quoted(value), ", which leads to number ", **back));
}

// `key`: store · row. Rows of the tag's own value (id 0) and of a FLAG's true have no text.
void LookAtRow(const Transaction& transaction, std::string_view key, Findings& findings) {
  if (key.size() != 8) return;
  const ValueId value = ReadU32(key.data() + 4) >> 8;
  if (value == kOwnValue) return;
  const auto store = transaction.Get(DatabaseId::kStores, key.substr(0, 4));
  if (!store.ok() || !store->has_value() || (*store)->size() < 4) return;  // the check of rows reports it
  const TagId tag = ReadU32((*store)->data());
  const absl::StatusOr<ValueId> last = LastValueId(transaction, tag);
  if (!last.ok() || *last == 0) return;  // a tag without texts
  if (const absl::Status text = ValueText(transaction, tag, value).status(); !text.ok())
    findings.Problem(Subject::OfTag(tag), FromAbseil(text.message()));
}

// Checks the blocks of member ids during a walk.
class Blocks {
 public:
  Blocks(TreeGuard& guard, IdHash hash, Ordinal indexed, Findings& findings)
      : guard_(guard), hash_(hash), indexed_(indexed), findings_(findings) {}

  void Visit(const Transaction& transaction, std::string_view key, std::string_view value) {
    if (key.size() != 8) return findings_.Problem("a key of a block of member ids has another size");
    const Ordinal first = ReadU64(key.data());
    if (first != end_)
      findings_.Problem(absl::StrCat("member ids: a block begins at number ", first, " and not at ", end_));
    const absl::StatusOr<MemberIdBlock> block = MemberIdBlock::Parse(value);
    if (!block.ok()) return findings_.Problem(std::string(block.status().message()));
    if (block->sum_before() != sum_)
      findings_.Problem(absl::StrCat("member ids: the block at number ", first,
                                     " was written behind other ids than those that are before it"));
    end_ = first + block->count();
    sum_ = block->sum_before();
    absl::StatusOr<Cursor> ordinals = transaction.NewCursor(DatabaseId::kOrdinals, guard_);
    absl::StatusOr<Cursor> ids = transaction.NewCursor(DatabaseId::kMemberIds, guard_);
    if (!ordinals.ok()) return findings_.Problem(std::string(ordinals.status().message()));
    if (!ids.ok()) return findings_.Problem(std::string(ids.status().message()));
    const absl::Status read = block->Visit(0, block->count(), [&](size_t i, std::string_view id) {
      sum_ = SumWithId(sum_, id);
      if (!id.empty() && first + i < indexed_) LookAtMember(*ordinals, *ids, first + i, id);
    });
    if (!read.ok()) findings_.Problem(std::string(read.message()));
  }

  Ordinal end() const { return end_; }
  // The number of ids that `ordinals` must hold.
  uint64_t ids() const { return ids_; }

 private:
  void LookAtMember(Cursor& ordinals, Cursor& ids, Ordinal ordinal, std::string_view id) {
    ++ids_;
    const uint32_t hash = StoredHash(hash_.Of(id));
    found_.clear();
    const absl::Status read = FindOrdinals(ordinals, hash, found_);
    if (!read.ok()) return findings_.Problem(std::string(read.message()));
    if (found_.size() == 1 && found_[0] == ordinal) return;
    const absl::StatusOr<std::optional<Ordinal>> is = FindStoredId(ordinals, ids, hash, id);
    if (!is.ok()) return findings_.Problem(std::string(is.status().message()));
    if (*is == ordinal) return;
    findings_.Problem(
        absl::StrCat("member ", Quoted(id), " has number ", ordinal, " and is not found under it"));
  }

  TreeGuard& guard_;
  const IdHash hash_;
  const Ordinal indexed_;
  Findings& findings_;
  std::vector<Ordinal> found_;
  Ordinal end_ = 0;
  uint64_t sum_ = 0;  // of all ids so far
  uint64_t ids_ = 0;
};

// Checks the blocks of ordinals during a walk. Loads may divide blocks anew between two of its transactions: then
// entries that were not read lie in the block before the next key, behind others that were.
class OrdinalBlocks {
 public:
  OrdinalBlocks(Ordinal indexed, Findings& findings) : indexed_(indexed), findings_(findings) {}

  // See RecordWalk.
  void Resume(Cursor& cursor, std::string_view next) {
    if (again_) cursor.SeekBefore(next);
    if (!again_ || (!cursor.valid() && cursor.status().ok())) cursor.Seek(next);
    resumed_ = again_;
  }

  void Visit(std::string_view key, std::string_view value) {
    const bool resumed = std::exchange(resumed_, false);
    const absl::StatusOr<OrdinalBlock> block = OrdinalBlock::Parse(key, value);
    entries_.clear();
    const absl::Status read = block.ok() ? block->Decode(entries_) : block.status();
    again_ = read.ok();
    if (!read.ok()) return findings_.Problem(std::string(read.message()));
    if (entries_.front() != block->first() || (last_ && !resumed && *last_ >= entries_.front()) ||
        std::adjacent_find(entries_.begin(), entries_.end(), std::greater_equal<>()) != entries_.end())
      findings_.Problem(
          absl::StrCat("member ids: the block of hash ", block->first().hash, " is not in order"));
    if (resumed && *last_ >= entries_.back()) return;
    findings_.Count(1, key.size() + value.size());
    for (const HashedOrdinal& entry : entries_) {
      const bool was_read = resumed && entry <= *last_;
      below_indexed_ += !was_read && entry.ordinal < indexed_ ? 1 : 0;
    }
    last_ = entries_.back();
  }

  // The number of entries that lead to an ordinal below `indexed`.
  uint64_t below_indexed() const { return below_indexed_; }

 private:
  const Ordinal indexed_;
  Findings& findings_;
  std::vector<HashedOrdinal> entries_;
  std::optional<HashedOrdinal> last_;
  bool again_ = false;    // whether the last block was sound: then a later transaction begins with it
  bool resumed_ = false;  // whether the next block may hold entries that were read
  uint64_t below_indexed_ = 0;
};

}  // namespace

absl::Status VerifyValues(Environment& environment, TreeGuard& guard, Findings& findings) {
  findings.Begin("values, both ways");
  const struct {
    DatabaseId database;
    std::function<void(const Transaction&, std::string_view, std::string_view)> visit;
  } walks[] = {
      {DatabaseId::kValueIds, [&](const Transaction& transaction, std::string_view key,
                                  std::string_view value) { LookAtText(transaction, key, value, findings); }},
      {DatabaseId::kTagValues, [&](const Transaction& transaction, std::string_view key,
                                   std::string_view value) { LookAtId(transaction, key, value, findings); }},
      {DatabaseId::kRowStats, [&](const Transaction& transaction, std::string_view key,
                                  std::string_view) { LookAtRow(transaction, key, findings); }},
  };
  for (const auto& [database, visit] : walks) {
    RETURN_IF_ERROR(WalkRecords(environment, guard, database, WalkThrough(findings, visit)).status());
    if (findings.stopped()) break;
  }
  findings.End();
  return absl::OkStatus();
}

absl::Status VerifyMembers(Environment& environment, TreeGuard& guard, uint64_t members_end,
                           Findings& findings) {
  findings.Begin("member ids, both ways");
  Ordinal indexed = 0;
  std::optional<IdHash> hash;
  {
    ASSIGN_OR_RETURN(const ReadTransaction transaction, environment.BeginRead());
    const absl::StatusOr<uint64_t> counter = LastNumber(transaction, kIndexedCounter);
    const absl::StatusOr<std::optional<IdHash>> stored = ReadIdHash(transaction);
    if (stored.ok()) hash = *stored;
    if (!stored.ok()) findings.Problem(std::string(stored.status().message()));
    if (stored.ok() && !hash && counter.value_or(0) > 0)
      findings.Problem("member ids: the seed of their hash is missing");
    if (counter.ok()) {
      indexed = *counter;
    } else {
      findings.Problem(std::string(counter.status().message()));
    }
  }
  Blocks blocks(guard, hash.value_or(IdHash()), indexed, findings);
  const absl::StatusOr<bool> walked = WalkRecords(
      environment, guard, DatabaseId::kMemberIds,
      WalkThrough(findings, [&](const Transaction& transaction, std::string_view key,
                                std::string_view value) { blocks.Visit(transaction, key, value); }));
  RETURN_IF_ERROR(walked.status());
  // Every id was found in `ordinals` under its number. So the counts are equal, or a surplus entry leads to a
  // number that has another id.
  OrdinalBlocks ordinals(indexed, findings);
  RecordWalk walk;
  walk.go_on = [&findings](size_t) { return findings.Progress(); };
  walk.resume = [&ordinals](Cursor& cursor, std::string_view next) { ordinals.Resume(cursor, next); };
  walk.visit = [&ordinals](const Transaction&, std::string_view key, std::string_view value) {
    ordinals.Visit(key, value);
  };
  RETURN_IF_ERROR(WalkRecords(environment, guard, DatabaseId::kOrdinals, walk).status());
  const uint64_t found = ordinals.below_indexed();
  if (!findings.stopped() && found != blocks.ids())
    findings.Problem(absl::StrCat(found, " member ids lead to a number below ", indexed, ", and ",
                                  blocks.ids(), " have one"));
  if (!findings.stopped() && blocks.end() < members_end)
    findings.Problem(absl::StrCat("the member ids end at number ", blocks.end(),
                                  ", and everyone has members up to number ", members_end));
  findings.End();
  return absl::OkStatus();
}

}  // namespace muster::index
