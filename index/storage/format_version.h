// The record that says what an environment is and how it is written.
#ifndef MUSTER_INDEX_STORAGE_FORMAT_VERSION_H_
#define MUSTER_INDEX_STORAGE_FORMAT_VERSION_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/storage/databases.h"

struct MDB_env;

namespace muster::index {

// In the unnamed database, under this key: "MUSTER" · format u32 · environment kind u8. DO NOT CHANGE.
inline constexpr std::string_view kFormatKey = "muster-format";

// False when the environment is new and empty, or of an older format that this build reads and goes on with
// as its own: then its record is to be written. FAILED_PRECONDITION: another format or kind. DATA_LOSS:
// something else's file.
absl::StatusOr<bool> HasNewestFormat(MDB_env* env, EnvironmentKind kind, const std::string& directory);

// The record's bytes.
std::string EncodeFormat(uint32_t format, EnvironmentKind kind);

// As HasNewestFormat, for a record's bytes: the format that they name.
absl::StatusOr<uint32_t> ReadFormatRecord(std::string_view record, EnvironmentKind kind,
                                          const std::string& directory);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FORMAT_VERSION_H_
