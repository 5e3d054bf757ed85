// muster members: lists the members that an expression selects.
#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/invocation.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/progress_bar.h"
#include "clients/cli/question_options.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"
#include "index/status/status_macros.h"
#include "loaders/files/output_file.h"

namespace muster::cli {
namespace {

struct MembersOptions {
  QuestionOptions question;
  uint64_t limit = 0;
  std::string output;
};

// Formats a list of member ids: one per line, as a JSON array of strings, or as CSV with a header.
class MemberText {
 public:
  explicit MemberText(Format format) : format_(format) {}

  std::string Begin() const {
    return format_ == Format::kJson ? "[" : (format_ == Format::kCsv ? "member_id\n" : "");
  }
  std::string Ids(const google::protobuf::RepeatedPtrField<std::string>& ids) {
    std::string text;
    for (const std::string& id : ids) {
      if (format_ == Format::kTable) absl::StrAppend(&text, id, "\n");
      if (format_ == Format::kCsv) text += CsvLine({id});
      if (format_ == Format::kJson) absl::StrAppend(&text, written_ == 0 ? "\n  " : ",\n  ", JsonString(id));
      ++written_;
    }
    return text;
  }
  std::string End() const { return format_ != Format::kJson ? "" : (written_ == 0 ? "]\n" : "\n]\n"); }
  uint64_t written() const { return written_; }

 private:
  const Format format_;
  uint64_t written_ = 0;
};

// The output of the members: standard output or a file.
struct Destination {
  MemberText& text;
  std::function<absl::Status(const std::string&)> write;
  bool show_progress = false;
};

absl::Status Stream(Invocation& run, client::Client& client, const v1::StreamMembersRequest& request,
                    const Destination& destination) {
  MemberText& text = destination.text;
  ProgressBar bar(run.terminal, "listing", "members");
  uint64_t expected = 0;
  absl::Status status = destination.write(text.Begin());
  RETURN_IF_ERROR(status);
  status = client.StreamMembers(request, [&](const v1::StreamMembersResponse& message) {
    ReportWarnings(run.terminal, message.warnings(), request.expression().text());
    for (const std::string& notice : message.notices()) WriteNote(run.terminal, notice);
    if (message.has_receipt()) expected = message.total_count();
    if (request.limit() > 0) expected = std::min<uint64_t>(expected, request.limit());
    absl::Status written = destination.write(text.Ids(message.member_ids()));
    if (destination.show_progress && expected > 0) {
      bar.Show(static_cast<double>(text.written()) / static_cast<double>(expected), text.written());
    }
    return written;
  });
  return status.ok() ? destination.write(text.End()) : status;
}

absl::Status ToFile(Invocation& run, client::Client& client, const v1::StreamMembersRequest& request,
                    const std::string& path) {
  ASSIGN_OR_RETURN(auto file, loaders::OutputFile::Create(path));
  MemberText text(run.format);
  const auto write = [&file](const std::string& piece) { return file->Write(piece); };
  absl::Status status = Stream(run, client, request, {text, write, /*show_progress=*/true});
  if (status.ok()) status = file->Publish();
  if (status.ok()) run.terminal.err << Counted(text.written(), "member") << " written to " << path << "\n";
  return status;
}

absl::Status ToStandardOutput(Invocation& run, client::Client& client,
                              const v1::StreamMembersRequest& request) {
  MemberText text(run.format);
  const auto write = [&](const std::string& piece) {
    run.terminal.out << piece;
    return run.terminal.out
               ? absl::OkStatus()
               : absl::CancelledError("standard output can't be written; the list is not complete");
  };
  return Stream(run, client, request, {text, write});
}

void ListMembers(Invocation& run, const MembersOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  const auto expression = TakeExpression(run, options.question.expression);
  if (!expression.has_value()) return;
  auto request = RequestOf<v1::StreamMembersRequest>(options.question, *expression);
  request.set_limit(options.limit);
  const absl::Status status = options.output.empty() ? ToStandardOutput(run, *client, request)
                                                     : ToFile(run, *client, request, options.output);
  if (!status.ok()) run.exit_code = ReportFailure(run.terminal, status, *expression);
}

}  // namespace

void AddMembersCommand(CLI::App& app, Invocation& run) {
  auto options = std::make_shared<MembersOptions>();
  CLI::App& command =
      *app.add_subcommand("members", "List the members that an expression selects, one id a line");
  AddQuestionOptions(command, options->question);
  command
      .add_option("--limit", options->limit,
                  "At most so many, in the order in which ids were first named, which is no random sample. "
                  "Default: all")
      ->check(CheckCount)
      ->type_name("N");
  command
      .add_option("--output,-o", options->output, "Write to FILE, whole or not at all; .gz and .zst compress")
      ->check(CheckGiven)
      ->type_name("FILE");
  AddFormatOption(command, run);
  AddServerOption(command, run);
  command.footer(
      "Examples:\n"
      "  muster members -p shop 'vip AND sms_consent' --limit 10\n"
      "  muster members -p shop @segment.txt --output audience.csv.gz --format csv");
  command.callback([&run, options] { ListMembers(run, *options); });
}

}  // namespace muster::cli
