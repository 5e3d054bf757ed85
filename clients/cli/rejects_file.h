// The file of a load's rejected records: muster load --rejects.
#ifndef MUSTER_CLIENTS_CLI_REJECTS_FILE_H_
#define MUSTER_CLIENTS_CLI_REJECTS_FILE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/terminal.h"
#include "clients/cpp/client.h"
#include "loaders/files/output_file.h"
#include "loaders/files/parts_reader.h"
#include "muster/v1/load_service.pb.h"

namespace muster::cli {

// Errors: INVALID_ARGUMENT when the file at `path` is part of the input, or would be the next time.
absl::Status CheckRejectsPath(const std::string& path, const loaders::InputParts& input);

// The input of a load, to be read once more for the texts of its rejected records. A plain value.
struct RejectedInput {
  std::function<loaders::InputLine(uint64_t line)> locate;
  std::optional<loaders::InputParts> again;  // empty: it can't be read twice
  loaders::TextFormat format;                // with which it was read
};

// A CSV with a line for each rejected record, in the order of the input: file, line, reason, message, and the text
// of the record as it stands in the file. Not thread-safe.
class RejectsFile {
 public:
  // Errors: those of OutputFile::Create.
  static absl::StatusOr<RejectsFile> Create(const std::string& path);

  // Asks the server for the records of the load. Errors: the server's.
  absl::Status Fetch(client::Client& client, const std::string& population, const std::string& label);
  // Writes those that were fetched, and gives the file its name. Warns of records and texts that are missing.
  // Errors: those of the disk; then there is no file. Call once.
  absl::Status Publish(const Terminal& terminal, const RejectedInput& input);

 private:
  RejectsFile(std::string path, std::unique_ptr<loaders::OutputFile> file)
      : path_(std::move(path)), file_(std::move(file)) {}

  absl::Status WriteRecords(const Terminal& terminal, const RejectedInput& input);
  absl::Status Write(const v1::RejectedRecord& record, const RejectedInput& input, absl::string_view text);

  const std::string path_;
  std::unique_ptr<loaders::OutputFile> file_;
  std::vector<v1::RejectedRecord> records_;
  uint64_t missing_ = 0;
  std::string missing_because_;
};

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_REJECTS_FILE_H_
