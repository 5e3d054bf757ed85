// Writes the invented shop as a file with its tags.yaml.
#ifndef MUSTER_LOADERS_SHOP_SHOP_FILE_H_
#define MUSTER_LOADERS_SHOP_SHOP_FILE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "loaders/schema/tag_schema.h"

namespace muster::loaders {

// The parameters of the file.
struct ShopFile {
  uint64_t members = 1000000;  // at the base day; later days have somewhat more
  uint64_t seed = 1;
  absl::CivilDay date = absl::CivilDay(2026, 1, 31);  // at most ten years from the base day
  std::string path;                                   // a CSV file; .gz and .zst are compressed
};

// Writes the shop's members as of the end of a day, and `path`.tags.yaml. Equal parameters give equal bytes.
// Calls `on_progress` at intervals with the number of members written. Returns their total number. Errors:
// INVALID_ARGUMENT for no members, more than 4 billion, or a date out of range; those of the disk, after
// which neither file exists.
absl::StatusOr<uint64_t> WriteShop(const ShopFile& file, const std::function<void(uint64_t)>& on_progress);

// The schema of the file's columns.
TagSchema ShopSchema();

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SHOP_SHOP_FILE_H_
