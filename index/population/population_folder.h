// The folder of a population: it appears whole, and goes whole.
#ifndef MUSTER_INDEX_POPULATION_POPULATION_FOLDER_H_
#define MUSTER_INDEX_POPULATION_POPULATION_FOLDER_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"

namespace muster::index {

// A folder that is being made or removed has this behind the population's name; no population can have such a
// name. What a server finds under one is nobody's.
inline constexpr char kUnfinishedSuffix[] = ".unfinished";

// Makes `folder` with both of its environments, empty: under the unfinished name first, so that a folder with
// a population's name always has them.
absl::Status MakePopulationFolder(const std::string& folder, size_t map_size);
// DATA_LOSS, kStorageCorrupt, when an environment is missing: LMDB would make a new one in its place, and the
// server would serve half a population.
absl::Status CheckPopulationFolder(const std::string& folder);
// Removes the folder, by way of its unfinished name.
absl::Status RemovePopulationFolder(const std::string& folder);

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_POPULATION_FOLDER_H_
