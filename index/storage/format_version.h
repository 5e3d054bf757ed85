// The record of an environment's kind and format version.
#ifndef MUSTER_INDEX_STORAGE_FORMAT_VERSION_H_
#define MUSTER_INDEX_STORAGE_FORMAT_VERSION_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/storage/identity.h"
#include "index/storage/pages/databases.h"

struct MDB_env;

namespace muster::index {

// In the unnamed database, under this key: "MUSTER" · format u32 · environment kind u8 · the population's
// identity u64. DO NOT CHANGE the key and the first two.
inline constexpr std::string_view kFormatKey = "muster-format";

// The identity of the environment's population; empty when the environment is new and its record is still to
// be written. UNIMPLEMENTED: another format. DATA_LOSS, kStorageCorrupt: another program's file, another
// kind, or damage.
absl::StatusOr<std::optional<Identity>> ReadFormat(MDB_env* env, EnvironmentKind kind,
                                                   const std::string& directory);

// The record's bytes.
std::string EncodeFormat(uint32_t format, EnvironmentKind kind, Identity identity);

// As ReadFormat, for a record's bytes.
absl::StatusOr<Identity> ReadFormatRecord(std::string_view record, EnvironmentKind kind,
                                          const std::string& directory);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FORMAT_VERSION_H_
