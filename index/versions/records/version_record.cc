#include "index/versions/records/version_record.h"

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/keys.h"

namespace muster::index {
namespace {

constexpr size_t kStoreBytes = 4 + 1 + 4 + 4 + 4 + 4 + 1;
constexpr uint8_t kStoreScaleMax = 18;
constexpr size_t kVersionBytes = 4 + 4 + 4 + 4 + 8 + 8 + 4 + 8 + 1;
constexpr size_t kRowStatsBytes = 12;
constexpr size_t kEdgeStatsBytes = 12;
// States of a version.
constexpr char kPublished = 1;
constexpr char kPublishedAndEndsLater = 2;
constexpr char kPublishedAsRollback = 3;

char StateOf(const VersionRecord& record) {
  if (record.restores_parent) return kPublishedAsRollback;
  return record.ends_later ? kPublishedAndEndsLater : kPublished;
}

}  // namespace

int32_t BusinessDayNumber(absl::CivilDay day) {
  return static_cast<int32_t>(day - absl::CivilDay(1900, 1, 1));
}

absl::CivilDay DayOf(int32_t day_number) { return absl::CivilDay(1900, 1, 1) + day_number; }

std::string EncodeStore(const StoreRecord& record) {
  std::string bytes;
  AppendU32(bytes, record.tag);
  bytes.push_back(static_cast<char>(record.layout));
  AppendU32(bytes, record.settled);
  AppendU32(bytes, record.settling);
  AppendU32(bytes, record.frontier.row);
  AppendU32(bytes, record.frontier.fragment);
  bytes.push_back(static_cast<char>(record.scale));
  return bytes;
}

absl::StatusOr<StoreRecord> DecodeStore(std::string_view bytes) {
  if (bytes.size() != kStoreBytes) return Corrupt("record of a store");
  const auto layout = static_cast<StoreLayout>(bytes[4]);
  if (layout < StoreLayout::kRows || layout > StoreLayout::kFrequentRowsAndValueSlices)
    return Corrupt("layout of a store");
  StoreRecord record{.tag = ReadU32(bytes.data()),
                     .layout = layout,
                     .settled = ReadU32(bytes.data() + 5),
                     .settling = ReadU32(bytes.data() + 9),
                     .frontier = {ReadU32(bytes.data() + 13), ReadU32(bytes.data() + 17)},
                     .scale = static_cast<uint8_t>(bytes[21])};
  if (record.scale > kStoreScaleMax) return Corrupt("scale of a store");
  const bool settles = record.settling != kNoVersion;
  if (settles && (record.settled == kNoVersion || record.settling == record.settled)) {
    return Corrupt("settling of a store");
  }
  if (!settles && record.frontier != Frontier{}) return Corrupt("frontier of a store");
  return record;
}

std::string EncodeVersion(const VersionRecord& record) {
  std::string bytes;
  AppendU32(bytes, record.store);
  AppendU32(bytes, record.parent);
  AppendU32(bytes, record.edge);
  AppendU32(bytes, static_cast<uint32_t>(record.business_day));
  AppendU64(bytes, record.load);
  AppendU64(bytes, record.publish_sequence);
  AppendU32(bytes, record.fragment_count);
  AppendU64(bytes, record.identity);
  bytes.push_back(StateOf(record));
  return bytes;
}

absl::StatusOr<VersionRecord> DecodeVersion(Version version, std::string_view bytes) {
  if (bytes.size() != kVersionBytes || bytes.back() < kPublished || bytes.back() > kPublishedAsRollback)
    return Corrupt("record of a version");
  VersionRecord record{.store = ReadU32(bytes.data()),
                       .parent = ReadU32(bytes.data() + 4),
                       .edge = ReadU32(bytes.data() + 8),
                       .business_day = static_cast<int32_t>(ReadU32(bytes.data() + 12)),
                       .load = ReadU64(bytes.data() + 16),
                       .publish_sequence = ReadU64(bytes.data() + 24),
                       .fragment_count = ReadU32(bytes.data() + 32),
                       .identity = ReadU64(bytes.data() + 36),
                       .ends_later = bytes.back() == kPublishedAndEndsLater,
                       .restores_parent = bytes.back() == kPublishedAsRollback};
  const bool root = record.parent == kNoVersion;
  if (record.store == 0 || (!root && record.parent >= version) || (root && record.edge != kNoEdge) ||
      (record.restores_parent && (root || record.edge != kNoEdge))) {
    return Corrupt("tree of versions");
  }
  return record;
}

std::string EncodeCurrent(const KnownVersion& current) {
  std::string bytes;
  AppendU32(bytes, current.version);
  AppendU64(bytes, current.identity);
  return bytes;
}

absl::StatusOr<KnownVersion> DecodeCurrent(TagId tag, std::string_view bytes) {
  if (bytes.size() != sizeof(Version) + sizeof(Identity)) return Corrupt("list of current versions");
  return KnownVersion{tag, ReadU32(bytes.data()), ReadU64(bytes.data() + sizeof(Version))};
}

std::string EncodeRowStats(const RowStats& stats) {
  std::string bytes;
  AppendU64(bytes, stats.cardinality);
  AppendU32(bytes, stats.records);
  return bytes;
}

absl::StatusOr<RowStats> DecodeRowStats(std::string_view bytes) {
  if (bytes.size() != kRowStatsBytes) return Corrupt("statistics of a row");
  return RowStats{.cardinality = ReadU64(bytes.data()), .records = ReadU32(bytes.data() + 8)};
}

std::string EncodeEdgeStats(const EdgeStats& stats) {
  std::string bytes;
  AppendU64(bytes, static_cast<uint64_t>(stats.change));
  AppendU32(bytes, stats.records);
  return bytes;
}

absl::StatusOr<EdgeStats> DecodeEdgeStats(std::string_view bytes) {
  if (bytes.size() != kEdgeStatsBytes) return Corrupt("statistics of an edge");
  return EdgeStats{.change = static_cast<int64_t>(ReadU64(bytes.data())),
                   .records = ReadU32(bytes.data() + 8)};
}

std::string EncodeValues(absl::Span<const ValueId> values) {
  std::string bytes;
  for (const ValueId value : values) AppendU32(bytes, value);
  return bytes;
}

absl::StatusOr<std::vector<ValueId>> DecodeValues(std::string_view bytes) {
  if (bytes.size() % sizeof(ValueId) != 0) return Corrupt("list of values with rows");
  std::vector<ValueId> values;
  values.reserve(bytes.size() / sizeof(ValueId));
  for (size_t at = 0; at < bytes.size(); at += sizeof(ValueId)) {
    const ValueId value = ReadU32(bytes.data() + at);
    if (value > kMaxValueId || value <= (values.empty() ? kOwnValue : values.back()))
      return Corrupt("list of values with rows");
    values.push_back(value);
  }
  return values;
}

absl::StatusOr<StoreRecord> ReadStore(const Transaction& transaction, StoreId store) {
  ASSIGN_OR_RETURN(std::optional<std::string_view> bytes,
                   transaction.Get(DatabaseId::kStores, MakeKey(store)));
  if (!bytes.has_value()) return Corrupt(absl::StrCat("list of stores (number ", store, " is missing)"));
  return DecodeStore(*bytes);
}

absl::StatusOr<std::optional<VersionRecord>> FindVersion(const Transaction& transaction, TagId tag,
                                                         Version version) {
  ASSIGN_OR_RETURN(std::optional<std::string_view> bytes,
                   transaction.Get(DatabaseId::kVersions, MakeKey(tag, version)));
  if (!bytes.has_value()) return std::nullopt;
  return DecodeVersion(version, *bytes);
}

absl::StatusOr<VersionRecord> ReadVersion(const Transaction& transaction, TagId tag, Version version) {
  ASSIGN_OR_RETURN(std::optional<VersionRecord> record, FindVersion(transaction, tag, version));
  if (!record.has_value()) {
    return Corrupt(absl::StrCat("list of versions (version ", version, " of tag ", tag, " is missing)"));
  }
  return *record;
}

absl::StatusOr<RowStats> ReadRowStats(const Transaction& transaction, StoreId store, RowId row) {
  ASSIGN_OR_RETURN(std::optional<std::string_view> bytes,
                   transaction.Get(DatabaseId::kRowStats, MakeKey(store, row)));
  if (!bytes.has_value()) return RowStats{};
  return DecodeRowStats(*bytes);
}

absl::StatusOr<EdgeStats> ReadEdgeStats(const Transaction& transaction, EdgeId edge, RowId row) {
  ASSIGN_OR_RETURN(std::optional<std::string_view> bytes,
                   transaction.Get(DatabaseId::kEdgeStats, MakeKey(edge, row)));
  if (!bytes.has_value()) return EdgeStats{};
  return DecodeEdgeStats(*bytes);
}

absl::StatusOr<ValuesWithRows> ReadValuesWithRows(const Transaction& transaction, StoreId store,
                                                  const StoreRecord& record) {
  if (record.layout != StoreLayout::kFrequentRowsAndValueSlices) return ValuesWithRows();
  ASSIGN_OR_RETURN(const std::optional<std::string_view> bytes,
                   transaction.Get(DatabaseId::kValuesWithRows, MakeKey(store)));
  if (!bytes.has_value()) return Corrupt("list of values with rows");
  ASSIGN_OR_RETURN(std::vector<ValueId> values, DecodeValues(*bytes));
  return ValuesWithRows(std::move(values));
}

absl::Status WriteRowStats(WriteTransaction& transaction, StoreId store, RowId row, const RowStats& stats) {
  if (stats.cardinality == 0 && stats.records == 0) {
    return transaction.Delete(DatabaseId::kRowStats, MakeKey(store, row)).status();
  }
  return transaction.Put(DatabaseId::kRowStats, MakeKey(store, row), EncodeRowStats(stats));
}

}  // namespace muster::index
