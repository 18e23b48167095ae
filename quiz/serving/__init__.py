"""The HTTP server: a WSGI application for any number of slow clients, by a few threads in each of a few processes.

It knows nothing of quiz. A thread never waits for a client: it takes what has arrived, and calls the application once a
request is there to its last byte. `requests` says what a request is, `connection` reads and answers them for one
client, `server` shares the connections of a process among its threads, and `processes` keeps the processes running.
"""
