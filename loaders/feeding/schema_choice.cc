#include "loaders/feeding/schema_choice.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "loaders/schema/inference.h"

namespace muster::loaders {
namespace {

class IntoInference : public RecordSink {
 public:
  explicit IntoInference(Inference& inference) : inference_(inference) {}
  void TakeRecord(uint64_t, absl::Span<const absl::string_view> cells) override { inference_.Take(cells); }
  void TakeRagged(uint64_t, size_t) override {}

 private:
  Inference& inference_;
};

absl::Status ReadInto(RecordReader& reader, Inference& inference) {
  IntoInference sink(inference);
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) more = reader.ReadSome(sink);
  return more.status();
}

}  // namespace

absl::StatusOr<InferredSchema> InferSchema(const std::string& path, const TextFormat& format,
                                           const std::string& id_column) {
  auto reader = RecordReader::Open(path, format);
  if (!reader.ok()) return reader.status();
  auto id = FindColumn(**reader, id_column);
  if (!id.ok()) return id.status();
  Inference inference((*reader)->columns(), *id);
  absl::Status read = ReadInto(**reader, inference);
  if (!read.ok()) return read;
  if (inference.NeedsSecondReading()) {
    inference.BeginSecondReading();
    reader = RecordReader::Open(path, format);
    if (!reader.ok()) return reader.status();
    read = ReadInto(**reader, inference);
    if (!read.ok()) return read;
  }
  InferredSchema inferred = {inference.Schema(), inference.Notes()};
  inferred.schema.columns = format.columns;
  inferred.schema.delimiter = format.delimiter;
  inferred.schema.quote = format.quote;
  inferred.schema.trim = !format.keep_white_space;
  return inferred;
}

absl::StatusOr<TagSchema> SchemaOfCatalogue(client::Client& client, const std::string& population,
                                            const RecordReader& reader, const std::string& id_column) {
  auto list = client.ListTags(population);
  if (!list.ok()) return list.status();
  std::set<std::string> known;
  for (const v1::Tag& tag : list->tags) known.insert(tag.name());
  TagSchema schema;
  schema.population = population;
  schema.member_id = id_column;
  std::vector<std::string> unknown;
  for (const std::string& column : reader.columns()) {
    if (column == id_column) continue;
    if (known.contains(column)) {
      schema.tags.push_back({.column = column});
      schema.tags.back().tag.set_name(column);
    } else {
      unknown.push_back(absl::StrCat("'", column, "'"));
    }
  }
  if (unknown.empty()) return schema;
  return absl::FailedPreconditionError(absl::StrCat(
      reader.file().shown_name(),
      unknown.size() == 1 ? " has a column that is no tag of '" : " has columns that are no tags of '",
      population, "': ", absl::StrJoin(unknown, ", "),
      "; say what they mean with --schema tags.yaml, or let --infer guess it"));
}

}  // namespace muster::loaders
