// Descriptors 0, 1 and 2.
#ifndef MUSTER_SERVER_LIFECYCLE_STANDARD_STREAMS_H_
#define MUSTER_SERVER_LIFECYCLE_STANDARD_STREAMS_H_

namespace muster::server {

// Opens each of stdin, stdout and stderr that the process was started without, on /dev/null. Otherwise the
// first files that the process opens would get these numbers, and the log would be written into them. Must be
// called before any file is opened, also by library initialisers; it needs only the C library.
void OpenStandardStreams();

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_STANDARD_STREAMS_H_
