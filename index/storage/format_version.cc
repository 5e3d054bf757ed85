#include "index/storage/format_version.h"

#include <lmdb.h>
#include <xxhash.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/files/lmdb_status.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"
#include "text/abseil_text.h"

namespace muster::index {
namespace {

constexpr std::string_view kMagic = "MUSTER";
constexpr size_t kFormatEnd = kMagic.size() + sizeof(uint32_t);
constexpr size_t kSumAt = kFormatEnd + 1 + sizeof(Identity);
constexpr size_t kRecordBytes = kSumAt + sizeof(uint32_t);

// The low half of the sum of the bytes before it.
uint32_t SumOf(std::string_view record) { return static_cast<uint32_t>(XXH3_64bits(record.data(), kSumAt)); }

absl::Status NotOurs(const std::string& directory) {
  return WithReason(
      absl::DataLossError(absl::StrCat(
          directory, " holds an LMDB file that Muster did not write; give musterd another --data directory")),
      Reason::kStorageCorrupt);
}

}  // namespace

std::string EncodeFormat(uint32_t format, EnvironmentKind kind, Identity identity) {
  std::string record(kMagic);
  AppendU32(record, format);
  record.push_back(static_cast<char>(kind));
  AppendU64(record, identity);
  AppendU32(record, SumOf(record));
  return record;
}

absl::StatusOr<Identity> ReadFormatRecord(std::string_view record, EnvironmentKind kind,
                                          const std::string& directory) {
  if (record.size() < kFormatEnd || record.substr(0, kMagic.size()) != kMagic) return NotOurs(directory);
  // Checked first: a flipped bit must not look like another format, which would stop the whole server.
  if (record.size() == kRecordBytes && ReadU32(record.data() + kSumAt) != SumOf(record)) {
    return WithReason(
        absl::DataLossError(absl::StrCat("the record of what ", directory,
                                         " is, is damaged: its checksum is wrong", ForAbseil(kMendOfDamage))),
        Reason::kStorageCorrupt);
  }
  const uint32_t format = ReadU32(record.data() + kMagic.size());
  if (format != kFormatVersion) {
    return absl::UnimplementedError(
        absl::StrCat(directory, " is of format version ", format, ", and this build knows ", kFormatVersion,
                     " only; use the Muster release that wrote it, or another --data directory"));
  }
  if (record.size() != kRecordBytes) return NotOurs(directory);
  if (record[kFormatEnd] != static_cast<char>(kind)) {
    return WithReason(
        absl::DataLossError(absl::StrCat(directory, " is not a population's \"", EnvironmentName(kind),
                                         "\" environment; put its folders back to where they were")),
        Reason::kStorageCorrupt);
  }
  const Identity identity = ReadU64(record.data() + kFormatEnd + 1);
  if (identity == 0) return NotOurs(directory);
  return identity;
}

absl::StatusOr<std::optional<Identity>> ReadFormat(MDB_env* env, EnvironmentKind kind,
                                                   const std::string& directory) {
  const std::string doing = absl::StrCat("opening ", directory);
  MDB_txn* txn = nullptr;
  if (int code = mdb_txn_begin(env, nullptr, MDB_RDONLY, &txn); code != 0) return FromLmdb(code, doing);
  const absl::Cleanup end = [txn] { mdb_txn_abort(txn); };
  MDB_dbi names;
  if (int code = mdb_dbi_open(txn, nullptr, 0, &names); code != 0) return FromLmdb(code, doing);
  MDB_stat stat;
  if (int code = mdb_stat(txn, names, &stat); code != 0) return FromLmdb(code, doing);
  if (stat.ms_entries == 0) return std::nullopt;
  MDB_val key{kFormatKey.size(), const_cast<char*>(kFormatKey.data())};
  MDB_val value;
  const int code = mdb_get(txn, names, &key, &value);
  if (code == MDB_NOTFOUND) return NotOurs(directory);
  if (code != 0) return FromLmdb(code, doing);
  const std::string_view record(static_cast<const char*>(value.mv_data), value.mv_size);
  ASSIGN_OR_RETURN(const Identity identity, ReadFormatRecord(record, kind, directory));
  return identity;
}

}  // namespace muster::index
