// Loads a file: reads it, makes batches and sends them.
#ifndef MUSTER_LOADERS_FEEDING_FILE_LOAD_H_
#define MUSTER_LOADERS_FEEDING_FILE_LOAD_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cpp/client.h"
#include "loaders/feeding/load_progress.h"
#include "loaders/files/input_parts.h"
#include "loaders/files/record_reader.h"
#include "loaders/schema/tag_schema.h"

namespace muster::loaders {

// The input and options of a load.
struct FileLoad {
  std::string path;              // `-` for standard input
  std::vector<InputPart> parts;  // of a directory or pattern; empty: the path is a file
  TagSchema schema;              // with population and member_id
  v1::LoadMode mode = v1::LOAD_MODE_MERGE;
  std::string business_date;  // YYYY-MM-DD; empty: today
  std::string label;          // empty: one is generated
  std::optional<double> max_rejected;
  bool create_population = false;  // also if its name is nearly that of another
  // As in v1.LoadSpec.
  bool make_current = false;
  bool allow_future = false;
  bool allow_empty = false;
  bool update_only = false;
  bool dry_run = false;
  bool keep_rejected = false;
};

// A label not used before: the name of the file, or of the folder of several, in letters that need no quotes in a
// shell; the time (UTC) and twelve digits from a random number and the clock.
std::string MakeLabel(const std::string& path);

// Feeds the records of `reader`, and commits. One thread reads and splits while another sends. `on_progress`
// is called after every batch. Errors: the file's, after which the load is cancelled and leaves no trace;
// NOT_FOUND for a column that the schema names and the file lacks, and for a key of NDJSON that no object has and
// the load can't do without; the server's, see client::FailureOf.
// REQUIRES: `reader` was opened at `load.path` and its parts, or at a copy of standard input, with
// load.schema.format, and no record has been read.
absl::StatusOr<v1::LoadRecordsResponse> FeedFile(client::Client& client, const FileLoad& load,
                                                 RecordReader& reader,
                                                 const std::function<void(const LoadProgress&)>& on_progress);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FEEDING_FILE_LOAD_H_
