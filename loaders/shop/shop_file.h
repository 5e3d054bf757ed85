// The made-up shop as a file with its tags.yaml.
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

// What to generate.
struct ShopFile {
  uint64_t members = 1000000;  // at the base day; later days have some more
  uint64_t seed = 1;
  absl::CivilDay date = absl::CivilDay(2026, 1, 31);  // at most ten years from the base day
  std::string path;                                   // a CSV file; .gz and .zst are compressed
};

// Writes the shop's members as they are at the end of a day, and `path`.tags.yaml. The same request gives the
// same bytes. Calls `on_progress` now and then with the number of members written. Gives how many there were.
// Errors: INVALID_ARGUMENT for no members, more than 4 billion, or a date out of range; those of the disk,
// which leave neither file.
absl::StatusOr<uint64_t> WriteShop(const ShopFile& file, const std::function<void(uint64_t)>& on_progress);

// What the columns of the file mean.
TagSchema ShopSchema();

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SHOP_SHOP_FILE_H_
