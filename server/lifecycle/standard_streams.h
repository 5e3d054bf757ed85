// Descriptors 0, 1 and 2.
#ifndef MUSTER_SERVER_LIFECYCLE_STANDARD_STREAMS_H_
#define MUSTER_SERVER_LIFECYCLE_STANDARD_STREAMS_H_

namespace muster::server {

// Opens those of stdin, stdout and stderr that the process was started without, on /dev/null: else the first
// files that it opens get their numbers, and the log is written into them. To be called before any file is
// opened, by initialisers of libraries too: with nothing initialised but the C library.
void OpenStandardStreams();

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_STANDARD_STREAMS_H_
