"""What complaints and suggestions share: submissions, access codes, files, retention. It knows neither."""
