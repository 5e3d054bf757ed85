#include "loaders/feeding/schema_choice.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "loaders/schema/inference.h"

namespace muster::loaders {
namespace {

class IntoInference : public RecordSink {
 public:
  explicit IntoInference(Inference& inference) : inference_(inference) {}
  void TakeRecord(uint64_t, absl::Span<const absl::string_view> cells) override {
    inference_.Take(cells);
    ++taken_;
  }
  void TakeBroken(const BrokenRecord& record) override {
    if (broken_++ == 0) first_broken_ = record;
  }
  // An error when there are records and none could be read: then there is nothing to guess from.
  absl::Status CheckTaken(const RawFile& file) const {
    if (taken_ > 0 || broken_ == 0) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat(file.shown_name(), ", line ", first_broken_.line, ": ", first_broken_.message,
                     broken_ == 1 ? "; it is the only record"
                                  : absl::StrCat("; none of the ", broken_, " records can be read")));
  }

 private:
  Inference& inference_;
  uint64_t taken_ = 0, broken_ = 0;
  BrokenRecord first_broken_;
};

absl::Status ReadInto(RecordReader& reader, Inference& inference) {
  IntoInference sink(inference);
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) more = reader.ReadSome(sink);
  return more.ok() ? sink.CheckTaken(reader.file()) : more.status();
}

// The tags of `given`, and those of `inferred` for columns that no given tag has, nor its name.
std::vector<SchemaTag> United(const TagSchema& given, const TagSchema& inferred) {
  std::vector<SchemaTag> tags = given.tags;
  for (const SchemaTag& tag : inferred.tags) {
    const bool is_given = std::any_of(given.tags.begin(), given.tags.end(), [&](const SchemaTag& other) {
      return other.column == tag.column || other.tag.name() == tag.tag.name();
    });
    if (!is_given) tags.push_back(tag);
  }
  return tags;
}

}  // namespace

absl::StatusOr<ChosenSchema> InferSchema(const InputPath& input, const TagSchema& given) {
  auto reader = RecordReader::Open(input, given.format);
  if (!reader.ok()) return reader.status();
  auto id = FindColumn(**reader, given.member_id);
  if (!id.ok()) return id.status();
  Inference inference((*reader)->columns(), *id);
  absl::Status read = ReadInto(**reader, inference);
  if (!read.ok()) return read;
  if (inference.NeedsSecondReading()) {
    inference.BeginSecondReading();
    reader = RecordReader::Open(input, given.format);
    if (!reader.ok()) return reader.status();
    read = ReadInto(**reader, inference);
    if (!read.ok()) return read;
  }
  const TagSchema inferred = inference.Schema();
  ChosenSchema chosen = {given, inference.Notes()};
  chosen.schema.tags = United(given, inferred);
  for (const std::string& missing : inferred.missing) {
    if (!absl::c_linear_search(chosen.schema.missing, missing)) chosen.schema.missing.push_back(missing);
  }
  const std::string& delimiter = (*reader)->format().delimiter;
  if (delimiter != ",") chosen.schema.format.delimiter = delimiter;
  return chosen;
}

absl::StatusOr<ChosenSchema> SchemaOfCatalogue(client::Client& client, const RecordReader& reader,
                                               const TagSchema& given) {
  const auto id = FindColumn(reader, given.member_id);
  if (!id.ok()) return id.status();
  auto list = client.ListTags(given.population);
  if (!list.ok()) return list.status();
  std::map<std::string, v1::TagKind> known;
  for (const v1::Tag& tag : list->tags) known.emplace(tag.name(), tag.kind());
  ChosenSchema chosen = {given, {}};
  std::vector<std::string> unknown;
  for (size_t i = 0; i < reader.columns().size(); ++i) {
    const std::string& column = reader.columns()[i];
    const auto tag = known.find(column);
    if (i == *id) continue;
    if (tag == known.end()) {
      unknown.push_back(absl::StrCat("'", column, "'"));
      continue;
    }
    chosen.schema.tags.push_back({.column = column});
    chosen.schema.tags.back().tag.set_name(column);
    if (tag->second == v1::TAG_KIND_MULTI) {
      chosen.notes.push_back(absl::StrCat("a whole cell of '", column,
                                          "' is one value; where it is a list, say so with `separator:` in a "
                                          "--schema"));
    }
  }
  if (unknown.empty()) return chosen;
  return absl::FailedPreconditionError(absl::StrCat(
      reader.file().shown_name(),
      unknown.size() == 1 ? " has a column that is no tag of '" : " has columns that are no tags of '",
      given.population, "': ", absl::StrJoin(unknown, ", "),
      "; say what they mean with --schema tags.yaml, or let --infer guess it"));
}

}  // namespace muster::loaders
