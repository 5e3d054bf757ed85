// The folder of a population: it appears whole, and goes whole.
#ifndef MUSTER_INDEX_POPULATION_POPULATION_FOLDER_H_
#define MUSTER_INDEX_POPULATION_POPULATION_FOLDER_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace muster::index {

// A folder that is being made or removed has this behind the population's name; no population can have such a
// name. What a server finds under one when it starts, it removes.
inline constexpr char kUnfinishedSuffix[] = ".unfinished";

// What an entry among the populations is, by its name and kind.
enum class FolderEntry { kPopulation, kUnfinished, kStray };
FolderEntry EntryAt(const std::string& folder);

// Makes `folder` with both of its environments, empty: under the unfinished name first, so that a folder with
// a population's name always has them.
absl::Status MakePopulationFolder(const std::string& folder, size_t map_size);
// DATA_LOSS, kStorageCorrupt, when an environment is missing: LMDB would make a new one in its place, and the
// server would serve half a population.
absl::Status CheckPopulationFolder(const std::string& folder);
// The file in the folder that a crash leaves (index/storage/files/crash_mark.h): while it is there, the population
// is offline.
std::string CrashMarkOf(const std::string& folder);
// Gives the folder an unfinished name, so that no server opens it any more: answers the new path, for
// RemoveFolder. Its environments may still be open.
absl::StatusOr<std::string> SetPopulationAside(const std::string& folder);

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_POPULATION_FOLDER_H_
