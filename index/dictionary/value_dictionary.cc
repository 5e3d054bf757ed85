#include "index/dictionary/value_dictionary.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "index/status/status_macros.h"
#include "index/storage/environment.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"
#include "index/storage/write_in_turns.h"
#include "text/limits.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

absl::Status CorruptValues(TagId tag, std::string_view why) {
  return Corrupt(Sentence("list of values of tag ", tag), why);
}

std::string TextKey(TagId tag, std::string_view text) {
  std::string key;
  key.reserve(sizeof(TagId) + text.size());
  AppendU32(key, tag);
  key.append(text);
  return key;
}

absl::StatusOr<ValueId> DecodeId(TagId tag, std::string_view bytes) {
  if (bytes.size() != sizeof(ValueId)) return CorruptValues(tag, "an id has the wrong size");
  const ValueId id = ReadU32(bytes.data());
  if (id == 0 || id > kMaxValueId) return CorruptValues(tag, "an id is impossible");
  return id;
}

}  // namespace

absl::StatusOr<std::optional<ValueId>> FindStoredValue(const Transaction& transaction, TagId tag,
                                                       std::string_view normal) {
  if (normal.empty() || normal.size() > kValueBytesMax) return std::nullopt;
  ASSIGN_OR_RETURN(const std::optional<std::string_view> found,
                   transaction.Get(DatabaseId::kValueIds, TextKey(tag, normal)));
  if (!found) return std::nullopt;
  ASSIGN_OR_RETURN(const ValueId id, DecodeId(tag, *found));
  return id;
}

absl::StatusOr<std::string_view> ValueText(const Transaction& transaction, TagId tag, ValueId value) {
  ASSIGN_OR_RETURN(const std::optional<std::string_view> found,
                   transaction.Get(DatabaseId::kTagValues, MakeKey(tag, value)));
  if (!found) return CorruptValues(tag, Sentence("value ", value, " has no text"));
  return *found;
}

absl::StatusOr<ValueId> LastValueId(const Transaction& transaction, TagId tag) {
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kTagValues));
  cursor.SeekBefore(MakeKey(tag + 1, 0));
  RETURN_IF_ERROR(cursor.status());
  if (!cursor.At(MakeKey(tag))) return ValueId{0};
  if (cursor.key().size() != 2 * sizeof(uint32_t)) return CorruptValues(tag, "a key has the wrong size");
  return DecodeId(tag, cursor.key().substr(sizeof(TagId)));
}

absl::Status VisitValues(const Transaction& transaction, TagId tag, std::string_view prefix,
                         std::string_view from, const std::function<bool(std::string_view, ValueId)>& visit) {
  if (prefix.size() > kValueBytesMax) return absl::OkStatus();
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kValueIds));
  const std::string range = TextKey(tag, prefix);
  for (cursor.Seek(TextKey(tag, from.substr(0, kValueBytesMax))); cursor.At(range); cursor.Next()) {
    ASSIGN_OR_RETURN(const ValueId id, DecodeId(tag, cursor.value()));
    if (!visit(cursor.key().substr(sizeof(TagId)), id)) break;
  }
  return cursor.status();
}

absl::Status VisitValuesBefore(const Transaction& transaction, TagId tag, std::string_view text,
                               const std::function<bool(std::string_view, ValueId)>& visit) {
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kValueIds));
  const Key<4> range = MakeKey(tag);
  for (cursor.SeekBefore(TextKey(tag, text.substr(0, kValueBytesMax))); cursor.At(range); cursor.Previous()) {
    ASSIGN_OR_RETURN(const ValueId id, DecodeId(tag, cursor.value()));
    if (!visit(cursor.key().substr(sizeof(TagId)), id)) break;
  }
  return cursor.status();
}

absl::Status StoreValues(WriterQueue& writer, std::vector<FreshValue> values) {
  // Texts first: after a crash, an id to which no text leads is merely used up.
  RETURN_IF_ERROR(
      WriteInTurns(writer, WriteClass::kStaging, values.size(), [&](WriteTransaction& transaction, size_t i) {
        return transaction.Put(DatabaseId::kTagValues, MakeKey(values[i].tag, values[i].id), values[i].text);
      }));
  std::sort(values.begin(), values.end(), [](const FreshValue& a, const FreshValue& b) {
    return std::tie(a.tag, a.text) < std::tie(b.tag, b.text);
  });
  return WriteInTurns(writer, WriteClass::kStaging, values.size(),
                      [&](WriteTransaction& transaction, size_t i) {
                        return transaction.Put(DatabaseId::kValueIds, TextKey(values[i].tag, values[i].text),
                                               MakeKey(values[i].id));
                      });
}

absl::Status PutValue(const FreshValue& value,
                      absl::FunctionRef<absl::Status(DatabaseId, std::string_view, std::string_view)> put) {
  RETURN_IF_ERROR(put(DatabaseId::kTagValues, MakeKey(value.tag, value.id), value.text));
  return put(DatabaseId::kValueIds, TextKey(value.tag, value.text), MakeKey(value.id));
}

StoredLookup StoredValuesOf(Environment& environment, TagId tag) {
  return [&environment, tag](std::string_view normal) -> absl::StatusOr<std::optional<ValueId>> {
    ASSIGN_OR_RETURN(const ReadTransaction view, environment.BeginRead());
    return FindStoredValue(view, tag, normal);
  };
}

absl::StatusOr<std::shared_ptr<PendingValues>> ValueTables::Open(const std::string& name, TagId tag) {
  MutexLock lock(mutex_);
  std::erase_if(tables_,
                [&name](const auto& table) { return table.first != name && table.second.expired(); });
  std::weak_ptr<PendingValues>& table = tables_[name];
  if (std::shared_ptr<PendingValues> open = table.lock()) {
    // It may be older than the tag.
    if (tag != 0) open->SetLookup(StoredValuesOf(environment_, tag));
    return open;
  }
  ValueId last = 0;
  if (tag != 0) {
    ASSIGN_OR_RETURN(const ReadTransaction view, environment_.BeginRead());
    ASSIGN_OR_RETURN(last, LastValueId(view, tag));
  }
  const StoredLookup nothing = [](std::string_view) { return std::optional<ValueId>(); };
  const auto made =
      std::make_shared<PendingValues>(tag == 0 ? nothing : StoredValuesOf(environment_, tag), last);
  table = made;
  return made;
}

absl::StatusOr<ValueInterner> InternerOf(Environment& environment, TagId tag) {
  ASSIGN_OR_RETURN(const ReadTransaction view, environment.BeginRead());
  ASSIGN_OR_RETURN(const ValueId last, LastValueId(view, tag));
  return ValueInterner(StoredValuesOf(environment, tag), last);
}

}  // namespace muster::index
