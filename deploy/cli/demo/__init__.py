"""The stories that `./hemvist demo` plays, over HTTP like any staff app."""
