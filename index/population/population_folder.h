// The folder of a population, which is created and removed atomically.
#ifndef MUSTER_INDEX_POPULATION_POPULATION_FOLDER_H_
#define MUSTER_INDEX_POPULATION_POPULATION_FOLDER_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace muster::index {

// The suffix of a folder that is being made or removed, behind the population's name. No population's name
// can end in it. A server removes such folders when it starts.
inline constexpr char kUnfinishedSuffix[] = ".unfinished";

// The kind of an entry of the `populations` folder, by its name and file type.
enum class FolderEntry { kPopulation, kUnfinished, kStray };
FolderEntry EntryAt(const std::string& folder);

// Makes `folder` with both of its environments, empty. It is made under the unfinished name first, so that a
// folder with a population's name always has both.
absl::Status MakePopulationFolder(const std::string& folder, size_t map_size);
// DATA_LOSS, kStorageCorrupt, when an environment is missing: LMDB would make a new one in its place, and the
// server would serve half a population.
absl::Status CheckPopulationFolder(const std::string& folder);
// The file in the folder that a crash leaves (index/storage/files/crash_mark.h). While it exists, the
// population is offline.
std::string CrashMarkOf(const std::string& folder);
// Renames the folder to an unfinished name, so that no server opens it any more. Returns the new path, for
// RemoveFolder. Its environments may still be open.
absl::StatusOr<std::string> SetPopulationAside(const std::string& folder);

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_POPULATION_FOLDER_H_
