"""The pure domain: values in, values out; the standard library only, no framework and no "now"."""
